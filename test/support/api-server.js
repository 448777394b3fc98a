// The fake API for every suite that needs one. Plain JavaScript, since projects with nothing but the packed package use it
// too. Which requests it knows, and its responses, come from the spec.
import { once } from "node:events";
import { createServer as createPlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { text } from "node:stream/consumers";
import { documentedResponse, documentedSuccess, operations } from "./spec.js";

/**
 * A request as it arrived.
 *
 * @typedef {object} ReceivedRequest
 * @property {string | undefined} operationId absent if the spec has no such request
 * @property {string} method
 * @property {string} path with its query, and with the path of the base URL
 * @property {string} basePath
 * @property {Record<string, string>} params those of the path, decoded
 * @property {Record<string, string>} headers
 * @property {string | undefined} token without `Bearer`
 * @property {string} body
 */
/**
 * A response; 200 without a body by default.
 *
 * @typedef {object} ScriptedResponse
 * @property {number} [status]
 * @property {unknown} [body] text and bytes are sent as they are, anything else as JSON
 * @property {Readonly<Record<string, string | readonly string[] | null>>} [headers] `null` for none; a body is `application/json` by default
 * @property {number} [delayMs]
 */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/**
 * Makes the response from the request, or `undefined` where it sends one itself, or none. `next` gives what the server would
 * send by itself.
 *
 * @typedef {(request: ReceivedRequest, outgoing: ServerResponse, next: () => ScriptedResponse) => ScriptedResponse | void | Promise<ScriptedResponse | void>} Responder
 */
/**
 * The responses to an operation's requests, in turn, of which the last one is repeated; or what makes them.
 *
 * @typedef {readonly ScriptedResponse[] | Responder} Script
 */
/** @typedef {Awaited<ReturnType<typeof startApiServer>>} ApiServer */

const ROUTES = operations().map(({ operationId, method, path }) => ({
  operationId,
  method,
  path: new RegExp(`${path.replace(/\{(\w+)\}/g, "(?<$1>[^/?]+)")}(\\?.*)?$`),
}));
const [UNREAD, ALL_READ] = ["messagesRead", "noUnreadMessages"].map((example) =>
  documentedResponse(`markMessagesAsRead 200 ${example}`),
);
const UNAUTHORIZED = documentedResponse("markMessagesAsRead 401 unauthorized");

/**
 * Starts a server on a free port of the loopback interface. By itself it behaves as the API does: it gives `token-1`,
 * `token-2` and so on; rejects those that were revoked; and an order has 15 unread messages until it is marked. Any other
 * operation responds with its first documented success, and a request that the spec does not know gets a 404.
 *
 * @param {Readonly<Record<string, Script>>} scripts by `operationId`, and `unknown` for the requests that the spec does not know
 * @param {{ host?: string, tls?: { cert: string, key: string } | undefined, cors?: boolean }} options `cors` lets pages of other origins in
 */
export async function startApiServer(scripts = {}, { host = "127.0.0.1", tls, cors = false } = {}) {
  /** @type {ReceivedRequest[]} */
  const requests = [];
  const marked = new Set();
  const revoked = new Set();
  /** @type {Record<string, number>} */
  const counts = {};
  let tokens = 0;

  /** @type {Record<string, (request: ReceivedRequest) => ScriptedResponse>} */
  const own = {
    generateAccessToken() {
      const body = /** @type {object} */ (documentedSuccess("generateAccessToken").body);
      return { body: { ...body, access_token: `token-${(tokens += 1)}`, expires_in: api.tokenSeconds } };
    },
    markMessagesAsRead({ token, params: { order_id: orderId } }) {
      if (revoked.has(token)) return { ...UNAUTHORIZED };
      const response = marked.has(orderId) ? ALL_READ : UNREAD;
      marked.add(orderId);
      return { ...response };
    },
    unknown: () => ({ status: 404 }),
  };

  /** @type {(request: ReceivedRequest, outgoing: ServerResponse) => ReturnType<Responder>} */
  const responseTo = (request, outgoing) => {
    const { operationId = "unknown" } = request;
    const next = () => own[operationId]?.(request) ?? documentedSuccess(operationId);
    const script = scripts[operationId] ?? next;
    if (typeof script === "function") return script(request, outgoing, next);
    const count = (counts[operationId] = (counts[operationId] ?? 0) + 1);
    return script[Math.min(count, script.length) - 1];
  };

  const server = tls ? createTlsServer(tls) : createPlainServer();
  server.on("request", async (incoming, outgoing) => {
    if (cors && allowOtherOrigins(incoming, outgoing)) return;
    const request = await receive(incoming).catch(() => undefined); // The client may go away.
    if (!request) return;
    requests.push(request);
    const response = await responseTo(request, outgoing);
    if (response?.delayMs) {
      const timer = setTimeout(send, response.delayMs, outgoing, response);
      outgoing.on("close", () => clearTimeout(timer));
    } else if (response) send(outgoing, response);
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

  const api = {
    port,
    url: `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    /** Those that have arrived, oldest first. */
    requests,
    /** @param {string} operationId */
    requestsOf: (operationId) => requests.filter((request) => request.operationId === operationId),
    /** How long the tokens live that it gives from now on. */
    tokenSeconds: 86_400,
    /** Makes every token that it has given invalid. */
    revokeTokens() {
      for (let number = 1; number <= tokens; number += 1) revoked.add(`token-${number}`);
    },
    /** @returns {Promise<void>} */
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}

/** @param {import("node:http").IncomingMessage} incoming @returns {Promise<ReceivedRequest>} */
async function receive(incoming) {
  const { method = "", url: path = "" } = incoming;
  // Only `set-cookie`, which no client sends, is ever a list.
  const headers = /** @type {Record<string, string>} */ (incoming.headers);
  const route = ROUTES.find((route) => route.method === method && route.path.test(path));
  const match = route?.path.exec(path);
  const params = Object.entries(match?.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
  return {
    operationId: route?.operationId,
    method,
    path,
    basePath: path.slice(0, match?.index ?? 0),
    params: Object.fromEntries(params),
    headers,
    token: headers["authorization"]?.replace("Bearer ", ""),
    body: await text(incoming),
  };
}

/** @param {ServerResponse} outgoing @param {ScriptedResponse} response */
function send(outgoing, { status = 200, body, headers = {} }) {
  outgoing.statusCode = status;
  if (body !== undefined) outgoing.setHeader("Content-Type", "application/json");
  for (const [name, value] of Object.entries(headers))
    if (value === null) outgoing.removeHeader(name);
    else outgoing.setHeader(name, value);
  outgoing.end(typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body));
}

/** @param {import("node:http").IncomingMessage} incoming @param {ServerResponse} outgoing @returns whether it was a preflight request, which is done */
function allowOtherOrigins({ method, headers }, outgoing) {
  outgoing.setHeader("Access-Control-Allow-Origin", "*");
  outgoing.setHeader("Access-Control-Allow-Methods", "*");
  outgoing.setHeader("Access-Control-Expose-Headers", "*"); // Without it a page cannot see `Retry-After`.
  if (method !== "OPTIONS") return false;
  outgoing.setHeader("Access-Control-Allow-Headers", headers["access-control-request-headers"] ?? "*");
  outgoing.writeHead(204).end();
  return true;
}
