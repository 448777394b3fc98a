const { AccessTokenError, createChatClient, isChatClientError } = require("instacart-post-checkout-chat");

test("the client accepts jsdom's classes and recognises its errors", async () => {
  const accessToken = () => Promise.reject(new Error("m"));
  const chat = createChatClient({ accessToken, baseUrl: new URL("https://localhost"), maxRetries: 0 });
  const error = await chat
    .markMessagesAsRead("order-123", { signal: new AbortController().signal })
    .catch((error) => error);
  expect(error).toBeInstanceOf(AccessTokenError);
  expect(isChatClientError(error)).toBe(true);
});

test("a call rejects with the reason of jsdom's signal", async () => {
  const controller = new AbortController();
  const reason = new Error("mine");
  controller.abort(reason);
  const chat = createChatClient({ accessToken: "t" });
  await expect(chat.markMessagesAsRead("order-123", { signal: controller.signal })).rejects.toBe(reason);
});
