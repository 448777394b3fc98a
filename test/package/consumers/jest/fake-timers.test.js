const { createChatClient } = require("instacart-post-checkout-chat");
const { mockFetch } = require("instacart-post-checkout-chat/testing");

test("the mock responds under Jest's fake timers, which fake queueMicrotask and nextTick, too", async () => {
  jest.useFakeTimers();
  const chat = createChatClient({ accessToken: "t", fetch: mockFetch("messagesRead", "orderNotFound") });
  expect((await chat.markMessagesAsRead("order-123")).data).toEqual({ messages_read_count: 15 });
  await expect(chat.markMessagesAsRead("order-123")).rejects.toMatchObject({ name: "ApiError", code: 4000 });
});
