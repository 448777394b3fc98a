import { createChatClient } from "instacart-post-checkout-chat";
import { undiciFetch } from "instacart-post-checkout-chat/undici";
import type { Call, Setting } from "./setting.js";

/** Through undiciFetch, and with everything on like the client alone. */
export function create({ baseUrl, accessToken }: Setting): Call {
  const chat = createChatClient({ baseUrl, accessToken, fetch: undiciFetch(), onAttempt: () => {} });
  return async (orderId) => {
    const { data } = await chat.markMessagesAsRead(orderId);
    return data.messages_read_count;
  };
}
