import { createChatClient, type ChatClientOptions, type MarkMessagesAsReadOptions } from "../../src/index.js";

/** What a call, which has one attempt by default, rejects with. */
export async function errorOf(
  options: Partial<ChatClientOptions>,
  call: MarkMessagesAsReadOptions = {},
): Promise<unknown> {
  const chat = createChatClient({ accessToken: "t", maxRetries: 0, ...options });
  return chat.markMessagesAsRead("order-123", call).then(
    ({ data }) => Promise.reject(new Error(`The call succeeded: ${JSON.stringify(data)}`)),
    (error: unknown) => error,
  );
}
