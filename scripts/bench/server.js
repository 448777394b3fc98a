// The server that the clients call: it answers the documented request with the documented answer, and says what is wrong
// with any other, so that none is measured. It tells its URL to the process that forked it, and ends with that.
import { createServer } from "node:http";
import { ANSWER, CONTENT_TYPE, HEADERS, METHOD, PATHS } from "./exchange.js";

const KEEP_ALIVE_MS = 60_000; // No connection is to be opened while times are taken.

const headers = { "Content-Type": CONTENT_TYPE, "Content-Length": Buffer.byteLength(ANSWER) };
const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  const flaw = flawOf(request);
  // In the status line and in the body, for each client shows one of them at most.
  if (flaw) response.writeHead(400, `${flaw} is not as documented`).end(`${flaw} is not as documented`);
  else response.writeHead(200, headers).end(ANSWER);
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
