// In Jest, jsdom has no fetch, no Response, no TextEncoder and no crypto.subtle. People bring whatwg-fetch, as here.
if (!globalThis.fetch) require("whatwg-fetch");

const { createChatClient } = require("instacart-post-checkout-chat");
const { createTokenProvider } = require("instacart-post-checkout-chat/oauth");
const { mockFetch } = require("instacart-post-checkout-chat/testing");

test("the mock accepts the client's requests and returns each kind of response", async () => {
  const fetch = mockFetch("messagesRead", 503, { networkFailure: "ECONNRESET" }, "orderNotFound");
  const chat = createChatClient({ accessToken: "t", fetch, retailerId: "banner-1", maxRetryDelayMs: 1 });
  expect((await chat.markMessagesAsRead("a/b")).data).toEqual({ messages_read_count: 15 });
  const error = await chat.markMessagesAsRead("order-123").catch((error) => error);
  expect(error).toMatchObject({ name: "ApiError", httpStatus: 404 });
  expect(error.attempts.map(({ error }) => error)).toEqual(["ApiError", "NetworkError", "ApiError"]);
});

test("a token provider works, also with a store, and reports if tokens cannot be shared", async () => {
  for (const store of [undefined, new Map()]) {
    const fetch = mockFetch("accessToken", "messagesRead");
    const onStoreError = jest.fn();
    const options = { clientId: "a", clientSecret: "b", fetch, onStoreError, ...(store && { store }) };
    const chat = createChatClient({ accessToken: createTokenProvider(options).forUser("Zoë 🛒"), fetch });
    expect((await chat.markMessagesAsRead("order-123")).data.messages_read_count).toBe(15);
    expect(Buffer.from(fetch.requests[0].body.assertion, "base64").toString()).toBe('{"user_id":"Zoë 🛒"}');
    // The keys of a store are hashed.
    expect(onStoreError).toHaveBeenCalledTimes(store && !globalThis.crypto?.subtle ? 1 : 0);
  }
});
