import { createRequire } from "node:module";
import { createChatClient, isChatClientError, NetworkError } from "instacart-post-checkout-chat";

const other = createRequire(import.meta.url)("instacart-post-checkout-chat");

test("the ES module and the CommonJS copy recognise each other's errors", async () => {
  for (const [create, NotItsClass, isRecognised] of [
    [createChatClient, other.NetworkError, other.isChatClientError],
    [other.createChatClient, NetworkError, isChatClientError],
  ]) {
    const chat = create({ accessToken: "t", maxRetries: 0, fetch: () => Promise.reject(new Error("m")) });
    const error = await chat.markMessagesAsRead("order-123").catch((error) => error);
    expect(error).not.toBeInstanceOf(NotItsClass);
    expect(isRecognised(error)).toBe(true);
  }
});
