// The fake API, also for a page of another origin, behaving as the first part of a request's path says. The second part
// identifies the call. It also says when a request of a call has arrived, and when it has ended.
import { startMock } from "../../scripts/mock/server.js";
import { startApiServer } from "../support/api-server.js";
import { documentedResponses, parameterCases } from "../support/spec.js";

/** @typedef {import("../support/api-server.js").ReceivedRequest} ReceivedRequest */
/** @typedef {import("../support/api-server.js").ScriptedResponse} ScriptedResponse */
/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {{ promise: Promise<void>, resolve: () => void }} Event */
/** @typedef {{ operationId: string | undefined, method: string, path: string, headers: Record<string, string>, body: string }} Arrived */
/** @typedef {{ requests: Arrived[], arrival: Event, gone: Event }} Call */

const MIB = 1024 * 1024;
const SUCCESS = '{"messages_read_count":15}';
const JSON_TYPE = { "Content-Type": "application/json" };

/**
 * What each behaviour does with a call's requests so far, the last one of which is to get a response.
 *
 * @type {Record<string, (call: Call, request: ReceivedRequest, outgoing: ServerResponse) => ScriptedResponse | void>}
 */
const BEHAVIOURS = {
  echo,
  hang: () => {},
  "hang-in-body": (_call, _request, outgoing) => void outgoing.writeHead(200, JSON_TYPE).write('{"messages_read'),
  "cut-off"(_call, _request, outgoing) {
    const head = { ...JSON_TYPE, "Content-Length": String(SUCCESS.length) };
    outgoing.writeHead(200, head).write(SUCCESS.slice(0, 9), () => outgoing.destroy());
  },
  reset: (_call, _request, outgoing) => void outgoing.destroy(),
  redirect: () => ({ status: 307, headers: { Location: "/echo/redirected" } }),
  "invalid-type": () => ({ body: { messages_read_count: "15" } }),
  page: () => ({ headers: { "Content-Type": "text/html" }, body: "<html></html>" }),
  "one-mib": () => ({ body: SUCCESS.padEnd(MIB) }),
  "over-one-mib": () => ({ body: SUCCESS.padEnd(MIB + 1) }),
  "busy-once": (call) => (call.requests.length > 1 ? echo(call) : error(429, "Too many requests", 1)),
  "busy-for-long": () => error(503, "In maintenance", 20),
  quotes: (_call, { headers }) => error(400, `What is ${headers["authorization"]}?`),
  tokens,
};

/** A success, with the requests that arrived as a further field of its body. @param {Call} call */
function echo({ requests }) {
  return { body: { messages_read_count: 15, requests } };
}

/** Issues tokens, and rejects the first. @param {Call} call @param {ReceivedRequest} request */
function tokens(call, { operationId, token = "" }) {
  const given = call.requests.filter((request) => request.operationId === "generateAccessToken").length;
  const lifetime = { token_type: "Bearer", expires_in: 86_400, created_at: 0 };
  if (operationId === "generateAccessToken") return { body: { access_token: `token-number-${given}`, ...lifetime } };
  return /^token-number-[2-9]$/.test(token) ? echo(call) : error(401, "The access token is not valid");
}

/** @param {number} status @param {string} message @param {number} [retryAfter] @returns {ScriptedResponse} */
function error(status, message, retryAfter) {
  const headers = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
  return { status, headers, body: { error: { message, code: 7 } } };
}

/**
 * Starts the servers that the suite calls.
 *
 * @returns {Promise<{ surroundings: import("./cases.js").Surroundings, close: () => Promise<unknown> }>}
 */
export async function startSurroundings() {
  const [mock, server] = await Promise.all([startMock(), startServer()]);
  const surroundings = {
    mockUrl: mock.url,
    serverUrl: server.url,
    refusingUrl: "http://127.0.0.1:2", // Nobody listens there, and no program is given it by chance.
    responses: documentedResponses(),
    parameters: parameterCases(),
  };
  return { surroundings, close: () => Promise.all([mock.close(), server.close()]) };
}

/** Starts the server on a free port of the loopback interface. */
async function startServer() {
  /** @type {Map<string, Call>} */
  const calls = new Map();
  const callOf = (/** @type {string} */ id) => {
    const call = calls.get(id) ?? { requests: [], arrival: event(), gone: event() };
    calls.set(id, call);
    return call;
  };

  /** @type {import("../support/api-server.js").Responder} */
  const respond = async (request, outgoing) => {
    const [, first = "", id = "", ...rest] = request.path.split("/");
    const call = callOf(id);
    if (first === "arrival" || first === "gone") {
      await call[first].promise;
      return { status: 204 };
    }
    outgoing.on("close", () => call.gone.resolve());
    if (outgoing.destroyed) call.gone.resolve(); // It was gone before its body had been read.
    const { operationId, method, headers, body } = request;
    call.requests.push({ operationId, method, path: `/${rest.join("/")}`, headers, body });
    call.arrival.resolve();
    return (BEHAVIOURS[first] ?? (() => ({ status: 404 })))(call, request, outgoing);
  };
  return startApiServer(
    { markMessagesAsRead: respond, generateAccessToken: respond, unknown: respond },
    { cors: true },
  );
}

/** @returns {Event} */
function event() {
  let resolve = () => {};
  const promise = new Promise((/** @type {(value: void) => void} */ done) => (resolve = done));
  return { promise, resolve };
}
