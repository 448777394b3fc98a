// Stands before a server and keeps what it answers, so that a checking proxy's word can be held against it.
import { once } from "node:events";
import { createServer } from "node:http";

/** @typedef {{ status: number, headers: [string, string][], body: string }} RawAnswer */

// What belongs to one connection, or to the encoding of one body, and not to the answer.
const OF_THE_CONNECTION = ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];

/**
 * @param {string} baseUrl the server that requests are passed on to
 * @returns {Promise<{ url: string, takeAnswers: () => RawAnswer[], close: () => Promise<void> }>}
 */
export async function startRecordingProxy(baseUrl) {
  /** @type {RawAnswer[]} */
  const answers = [];
  const server = createServer(async (request, response) => {
    try {
      const answer = await passOn(baseUrl, request);
      answers.push(answer);
      for (const [name, value] of answer.headers) response.appendHeader(name, value);
      response.writeHead(answer.status).end(answer.body);
    } catch {
      response.destroy(); // As the server did: no answer came.
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    takeAnswers: () => answers.splice(0),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/**
 * @param {string} baseUrl
 * @param {import("node:http").IncomingMessage} request
 * @returns {Promise<RawAnswer>}
 */
async function passOn(baseUrl, request) {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.entries(request.headers).filter(([name]) => name !== "host" && !isOfTheConnection(name));
  const response = await fetch(baseUrl.replace(/\/+$/, "") + request.url, {
    method: request.method ?? "GET",
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    body: chunks.length > 0 ? Buffer.concat(chunks) : null,
    redirect: "manual",
  });
  return {
    status: response.status,
    headers: [...response.headers].filter(([name]) => !isOfTheConnection(name)),
    body: await response.text(),
  };
}

/** @param {string} name */
function isOfTheConnection(name) {
  return OF_THE_CONNECTION.includes(name);
}
