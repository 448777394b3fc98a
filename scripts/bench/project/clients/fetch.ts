import type { Call, Setting } from "./setting.js";

export function create({ baseUrl, accessToken, fetch = globalThis.fetch }: Setting): Call {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    Authorization: `Bearer ${accessToken}`,
  };
  return async (orderId) => {
    const url = `${baseUrl}/v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
    const response = await fetch(url, { method: "PUT", headers });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const body = (await response.json()) as { messages_read_count: number };
    return body.messages_read_count;
  };
}
