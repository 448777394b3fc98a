// The server that the clients call: sends the documented response to the documented request, and to any other a 400 that
// says what is invalid. Sends its URL to its parent process, and ends with it.
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { cert, key } from "../../test/support/self-signed.js";
import { RESPONSE_BODY, CONTENT_TYPE, HEADERS, METHOD, PATHS } from "./exchange.js";

const KEEP_ALIVE_MS = 60_000; // No connection is to be opened while times are taken.

const headers = { "Content-Type": CONTENT_TYPE, "Content-Length": Buffer.byteLength(RESPONSE_BODY) };
const scheme = process.argv[2];
const server = scheme === "https" ? createTlsServer({ cert, key }) : createServer();
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.on("request", (request, response) => {
  const flaw = flawOf(request);
  // In the status line and in the body, for each client shows one of them at most.
  if (flaw) response.writeHead(400, `${flaw} is not as documented`).end(`${flaw} is not as documented`);
  else respond(() => response.writeHead(200, headers).end(RESPONSE_BODY));
});
// The default would be too few for a thousand connections at once.
server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 }, () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.send?.(`${scheme}://127.0.0.1:${port}`);
});

// The parent sends how many responses to hold: 0 sends them, and those that follow at once.
let toHold = 0;
/** @type {(() => void)[]} */
const held = [];
process.on("message", (count) => {
  toHold = Number(count);
  if (toHold > 0) process.send?.("holding");
  else for (const send of held.splice(0)) send();
});

/** @param {() => void} send */
function respond(send) {
  if (toHold === 0) return send();
  held.push(send);
  if (held.length === toHold) process.send?.("held");
}

process.on("disconnect", () => process.exit());

/** @param {import("node:http").IncomingMessage} request */
function flawOf({ method, url = "", headers }) {
  if (method !== METHOD) return "the method";
  if (!PATHS.has(url)) return "the path";
  if (headers["transfer-encoding"] || Number(headers["content-length"] ?? 0) > 0) return "the body";
  return Object.entries(HEADERS).find(([name, value]) => headers[name] !== value)?.[0];
}
