// Dispatchers of other versions of undici than the one that the package has brought along.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createChatClient } from "instacart-post-checkout-chat";
import { undiciFetch } from "instacart-post-checkout-chat/undici";
import { startApiServer } from "../../../support/api-server.js";

const [major, minor] = process.versions.node.split(".").map(Number);
const FITTING = ["undici-7.16", "undici", ...(major > 22 || (major === 22 && minor >= 19) ? ["undici-8"] : [])];
const kindsOf = ({ Agent, MockAgent, ProxyAgent }) => {
  const agent = new Agent();
  const composed = agent.compose?.((dispatch) => (options, handler) => dispatch(options, handler));
  return [agent, new MockAgent(), new ProxyAgent("http://127.0.0.1:2"), ...(composed ? [composed] : [])];
};

for (const name of ["undici-5", "undici-6"])
  test(`no dispatcher of ${name} fits, which is told at once`, async () => {
    for (const dispatcher of kindsOf(await import(name)))
      assert.throws(() => undiciFetch({ dispatcher }), {
        name: "TypeError",
        message: /^dispatcher must be .* undici 7/,
      });
  });

for (const name of FITTING)
  test(`the dispatchers of ${name} fit, and make calls`, async (t) => {
    const api = await startApiServer();
    t.after(() => api.close());
    const [agent, mockAgent, proxyAgent, composed] = kindsOf(await import(name));
    for (const dispatcher of [mockAgent, proxyAgent]) undiciFetch({ dispatcher });
    for (const dispatcher of [agent, composed]) {
      const chat = createChatClient({ accessToken: "t", baseUrl: api.url, fetch: undiciFetch({ dispatcher }) });
      assert.equal((await chat.markMessagesAsRead("order-123")).attempts.length, 1);
    }
  });
