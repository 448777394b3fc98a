import { createChatClient } from "instacart-post-checkout-chat";
import { Agent, fetch } from "undici";
import type { Call, Setting } from "./setting.js";

/** As the README shows it, and with everything on like the client alone. */
export function create({ baseUrl, accessToken }: Setting): Call {
  const dispatcher = new Agent({ connections: 64 });
  const chat = createChatClient({
    baseUrl,
    accessToken,
    fetch: (url, init: object) => fetch(url, { ...init, dispatcher }) as Promise<Response>,
    onAttempt: () => {},
  });
  const { signal } = new AbortController();
  return async (orderId) => {
    const { data } = await chat.markMessagesAsRead(orderId, { signal });
    return data.messages_read_count;
  };
}
