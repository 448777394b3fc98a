import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProxy } from "../../scripts/mock/server.js";
import { corpora, type Corpus } from "../support/corpus.js";

/** The upstream answers whatever it is told to. */
let answer: { status: number; body: string };
const upstream = createServer((request, response) => {
  request.resume();
  response.writeHead(answer.status, { "Content-Type": "application/json" }).end(answer.body);
});
let proxy: Awaited<ReturnType<typeof startProxy>>;
beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  proxy = await startProxy(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await proxy.close();
  upstream.close();
  upstream.closeAllConnections();
});

describe.each(corpora)("$operationId $status, $schema", (corpus) => {
  const good = corpus.good.map((body) => ({ body, isGood: true }));
  const wrong = corpus.wrong.map((body) => ({ body, isGood: false }));

  test.each([...good, ...wrong])("$body is right: $isGood, says the proxy", async ({ body, isGood }) => {
    const { violations } = await send(corpus, body);
    expect(violations === null).toBe(isGood);
  });
});

// The proxy would close a connection that is idle in the very moment in which it is used again.
const CLOSE = { Connection: "close" };

/** What the proxy says against a body. */
async function send({ operationId, status }: Corpus, body: unknown) {
  answer = { status, body: JSON.stringify(body) };
  const response =
    operationId === "markMessagesAsRead"
      ? await fetch(`${proxy.url}/v2/post_checkout/chat/order-123/messages`, {
          method: "PUT",
          headers: { Authorization: "Bearer t", ...CLOSE },
        })
      : await fetch(`${proxy.url}/v2/oauth/token`, {
          method: "POST",
          headers: { "Content-Type": "application/json", ...CLOSE },
          body: JSON.stringify({ grant_type: "client_credentials", client_id: "a", client_secret: "b", scope: "c" }),
        });
  await response.arrayBuffer();
  return { violations: response.headers.get("sl-violations") };
}
