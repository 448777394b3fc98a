// The API as the platforms' projects need it, on loopback. It gives tokens, and an order has 15 unread messages until it
// is marked: a second mark that comes from a cache shows in the count, and among the requests.
import { once } from "node:events";
import { createServer } from "node:http";

/**
 * @param {(request: { method: string, path: string, token: string, headers: object, body: string },
 *   response: import("node:http").ServerResponse) => unknown} [before] is awaited before the API responds, which it does
 *   not where this gives `true`
 */
export async function startApi(before = () => false) {
  const requests = [];
  const revoked = new Set();
  const marked = new Set();
  let tokens = 0;
  const json = (response, status, body) =>
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));

  const server = createServer(async (message, response) => {
    let body = "";
    for await (const chunk of message) body += chunk;
    const { method, url: path, headers } = message;
    const request = { method, path, token: headers.authorization?.slice("Bearer ".length), headers, body };
    requests.push(request);
    if ((await before(request, response)) === true) return;

    if (path === "/v2/oauth/token") {
      const accessToken = `token-${(tokens += 1)}`;
      json(response, 200, {
        access_token: accessToken,
        token_type: "Bearer",
        expires_in: api.tokenSeconds,
        created_at: 0,
      });
    } else if (revoked.has(request.token)) {
      json(response, 401, { error: { message: "The access token is not valid" } });
    } else {
      json(response, 200, { messages_read_count: marked.has(path) ? 0 : 15 });
      marked.add(path);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const api = {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Every request that arrived, oldest first. */
    requests,
    marks: () => requests.filter(({ method }) => method === "PUT"),
    tokenRequests: () => requests.filter(({ path }) => path === "/v2/oauth/token"),
    /** How long the tokens live that it gives from now on. */
    tokenSeconds: 86_400,
    /** Makes every token that it has given invalid. */
    revokeTokens() {
      for (let number = 1; number <= tokens; number += 1) revoked.add(`token-${number}`);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return api;
}
