// A server that behaves as the first part of a request's path says, also to a page of another origin. The second part
// identifies the call. It also says when a request of a call has arrived, and when it has ended.
import { once } from "node:events";
import { createServer } from "node:http";

/** @typedef {import("node:http").ServerResponse} ServerResponse */
/** @typedef {{ method: string, path: string, headers: import("node:http").IncomingHttpHeaders, body: string }} Arrived */
/** @typedef {{ promise: Promise<void>, resolve: () => void }} Event */
/** @typedef {{ requests: Arrived[], arrival: Event, gone: Event }} Call */

const MIB = 1024 * 1024;
const TOKEN_PATH = "/v2/oauth/token";
const JSON_TYPE = { "Content-Type": "application/json" };
const OTHER_ORIGINS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "*",
  "Access-Control-Expose-Headers": "*", // Without it a page cannot see `Retry-After`.
};

/**
 * The behaviours; `requests` are those of the call so far, this one included.
 *
 * @type {Record<string, (response: ServerResponse, requests: Arrived[]) => void>}
 */
const BEHAVIOURS = {
  echo,
  hang: () => {},
  "hang-in-body": (response) => response.writeHead(200, JSON_TYPE).write('{"messages_read'),
  "cut-off": (response) => {
    const head = { ...JSON_TYPE, "Content-Length": "26" };
    response.writeHead(200, head).write('{"messages_read', () => response.destroy());
  },
  reset: (response) => response.destroy(),
  redirect: (response) => response.writeHead(307, { Location: "/echo/redirected" }).end(),
  "invalid-type": (response) => json(response, 200, { messages_read_count: "15" }),
  page: (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<html></html>"),
  "one-mib": (response) => sized(response, MIB),
  "over-one-mib": (response) => sized(response, MIB + 1),
  "busy-once": (response, requests) => {
    if (requests.length > 1) echo(response, requests);
    else json(response, 429, error("Too many requests"), { "Retry-After": "1" });
  },
  "busy-for-long": (response) => json(response, 503, error("In maintenance"), { "Retry-After": "20" }),
  quotes: (response, requests) => json(response, 400, error(`What is ${requests.at(-1)?.headers.authorization}?`)),
  tokens,
};

/**
 * A success, with the requests that arrived as a further field of its body.
 *
 * @param {ServerResponse} response
 * @param {Arrived[]} requests
 */
function echo(response, requests) {
  json(response, 200, { messages_read_count: 15, requests });
}

/**
 * Issues tokens, and rejects the first.
 *
 * @param {ServerResponse} response
 * @param {Arrived[]} requests
 */
function tokens(response, requests) {
  const given = requests.filter(({ path }) => path === TOKEN_PATH).length;
  const lifetime = { token_type: "Bearer", expires_in: 86_400, created_at: 0 };
  const request = requests.at(-1);
  if (request?.path === TOKEN_PATH) json(response, 200, { access_token: `token-number-${given}`, ...lifetime });
  else if (/^Bearer token-number-[2-9]$/.test(request?.headers.authorization ?? "")) echo(response, requests);
  else json(response, 401, error("The access token is not valid"));
}

/**
 * Starts the server on a free port of the loopback interface.
 *
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startServer() {
  /** @type {Map<string, Call>} */
  const calls = new Map();
  const callOf = (/** @type {string} */ id) => {
    const call = calls.get(id) ?? { requests: [], arrival: event(), gone: event() };
    calls.set(id, call);
    return call;
  };

  const server = createServer(async (request, response) => {
    const [, first = "", id = "", ...rest] = (request.url ?? "").split("/");
    for (const [name, value] of Object.entries(OTHER_ORIGINS)) response.setHeader(name, value);
    if (request.method === "OPTIONS") {
      response.setHeader("Access-Control-Allow-Headers", request.headers["access-control-request-headers"] ?? "*");
      return void response.writeHead(204).end();
    }

    const call = callOf(id);
    if (first === "arrival" || first === "gone") {
      await call[first].promise;
      return void response.writeHead(204).end();
    }
    response.on("close", () => call.gone.resolve());
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { method = "", headers } = request;
    call.requests.push({ method, path: `/${rest.join("/")}`, headers, body });
    call.arrival.resolve();
    const behave = BEHAVIOURS[first];
    if (behave) behave(response, call.requests);
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * @param {ServerResponse} response
 * @param {number} status
 * @param {object} body
 * @param {Record<string, string>} headers
 */
function json(response, status, body, headers = {}) {
  response.writeHead(status, { ...JSON_TYPE, ...headers }).end(JSON.stringify(body));
}

/**
 * A valid response of so many bytes.
 *
 * @param {ServerResponse} response
 * @param {number} bytes
 */
function sized(response, bytes) {
  response.writeHead(200, JSON_TYPE).end('{"messages_read_count":15}'.padEnd(bytes));
}

/** @param {string} message */
function error(message) {
  return { error: { message, code: 7 } };
}

/** @returns {Event} */
function event() {
  let resolve = () => {};
  const promise = new Promise((/** @type {(value: void) => void} */ done) => (resolve = done));
  return { promise, resolve };
}
