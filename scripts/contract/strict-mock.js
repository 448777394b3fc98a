// The mock takes any token and knows any order. This one does not: a server in front of the mock asks it for the response
// that the API has for an invalid token and for an unknown order.
import { createServer, request } from "node:http";
import { startMock } from "../mock/server.js";

/** The access token in the examples of the spec, which the mock issues. */
const ISSUED_TOKEN = "not-a-real-token";

/**
 * @param {string} unknownOrder
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startStrictMock(unknownOrder) {
  const mock = await startMock();
  const server = createServer((incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    // The separator is a comma: after a semicolon Prism would ignore the example.
    if (headers.authorization && headers.authorization !== `Bearer ${ISSUED_TOKEN}`)
      headers["prefer"] = "code=401, example=unauthorized";
    else if (url.includes(unknownOrder)) headers["prefer"] = "code=404, example=orderNotFound";
    const forwarded = request(mock.url + url, { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await mock.close();
    },
  };
}
