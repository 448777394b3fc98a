// The server that the clients call, in a process of its own: accepts the documented request only, so that every client does
// the same work. Sends its URL to its parent process, and ends with it.
import { createServer } from "node:http";
import { ACCESS_TOKEN, PATH } from "./clients.js";

const JSON_TYPE = "application/json";
const BODY = '{"messages_read_count":15}';
const RESPONSE_HEADERS = { "Content-Type": JSON_TYPE, "Content-Length": Buffer.byteLength(BODY) };
const HEADERS = { accept: JSON_TYPE, "content-type": JSON_TYPE, authorization: `Bearer ${ACCESS_TOKEN}` };
const [BEFORE_ID, AFTER_ID] = PATH.split("{order_id}");

const server = createServer((request, response) => {
  const flaw = flawOf(request);
  if (flaw) response.writeHead(400, `${flaw} is not as documented`).end();
  else response.writeHead(200, RESPONSE_HEADERS).end(BODY);
});
server.keepAliveTimeout = 60_000; // No connection is opened while times are taken.
server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
process.on("disconnect", () => process.exit());

function flawOf({ method, url, headers }) {
  if (method !== "PUT") return "the method";
  if (!url.startsWith(BEFORE_ID) || !url.endsWith(AFTER_ID)) return "the path";
  if (headers["transfer-encoding"] || Number(headers["content-length"] ?? 0) > 0) return "the body";
  return Object.keys(HEADERS).find((name) => headers[name] !== HEADERS[name]);
}
