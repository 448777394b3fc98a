import { Agent, request } from "undici";
import type { Call, Setting } from "./setting.js";

export function create({ baseUrl, accessToken }: Setting): Call {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    Authorization: `Bearer ${accessToken}`,
  };
  const dispatcher = new Agent();
  return async (orderId) => {
    const url = `${baseUrl}/v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
    const { statusCode, body } = await request(url, { method: "PUT", headers, dispatcher });
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    const { messages_read_count } = (await body.json()) as { messages_read_count: number };
    return messages_read_count;
  };
}
