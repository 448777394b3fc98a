// The mock under sinon's default fake timers, which fake queueMicrotask and nextTick, too. The clock never moves.
import assert from "node:assert/strict";
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";
import { mockFetch } from "instacart-post-checkout-chat/testing";
import sinon from "sinon";

let clock;
beforeEach(() => (clock = sinon.useFakeTimers()));
afterEach(() => clock.restore());

it("returns a result, with a provider's token", async () => {
  const fetch = mockFetch("accessToken", "messagesRead");
  const tokens = createTokenProvider({ clientId: "a", clientSecret: "b", fetch });
  const { data } = await createChatClient({ accessToken: tokens.forClient(), fetch }).markMessagesAsRead("order-123");
  assert.deepEqual(data, { messages_read_count: 15 });
});

it("returns an error with its body", async () => {
  const chat = createChatClient({ accessToken: "t", fetch: mockFetch("orderNotFound") });
  await assert.rejects(chat.markMessagesAsRead("order-123"), { name: "ApiError", code: 4000 });
});

it("waits for the clock before a retry", async () => {
  const fetch = mockFetch(503, { response: "messagesRead", delayMs: 500 });
  const call = createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123");
  await clock.tickAsync(2000);
  assert.equal((await call).attempts.length, 2);
});
