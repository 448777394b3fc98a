// The server that the clients call: sends the documented response to the documented request, and a 400 that says what is
// wrong to any other. Sends its URL to its parent process, and ends with it.
import { createServer } from "node:http";
import { RESPONSE_BODY, CONTENT_TYPE, HEADERS, METHOD, PATHS } from "./exchange.js";

const KEEP_ALIVE_MS = 60_000; // No connection is to be opened while times are taken.

const headers = { "Content-Type": CONTENT_TYPE, "Content-Length": Buffer.byteLength(RESPONSE_BODY) };
const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  const flaw = flawOf(request);
  // In the status line and in the body, for each client shows one of them at most.
  if (flaw) response.writeHead(400, `${flaw} is not as documented`).end(`${flaw} is not as documented`);
  else response.writeHead(200, headers).end(RESPONSE_BODY);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.send?.(`http://127.0.0.1:${port}`);
});
process.on("disconnect", () => process.exit());

/** @param {import("node:http").IncomingMessage} request */
function flawOf({ method, url = "", headers }) {
  if (method !== METHOD) return "the method";
  if (!PATHS.has(url)) return "the path";
  if (headers["transfer-encoding"] || Number(headers["content-length"] ?? 0) > 0) return "the body";
  return Object.entries(HEADERS).find(([name, value]) => headers[name] !== value)?.[0];
}
