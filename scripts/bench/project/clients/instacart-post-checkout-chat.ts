import { createChatClient } from "instacart-post-checkout-chat";
import type { Call, Setting } from "./setting.js";

/** With everything on: the time limit, the retries and the contract check are so by default, a hook is given. */
export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const chat = createChatClient({ baseUrl, accessToken, fetch, onAttempt: () => {} });
  return async (orderId) => {
    const { data } = await chat.markMessagesAsRead(orderId);
    return data.messages_read_count;
  };
}
