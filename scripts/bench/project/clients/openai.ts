import OpenAI from "openai";
import type { Call, Setting } from "./setting.js";

/** The core that Stainless generates for every API, by its generic `put`; it retries twice by default. */
export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const api = new OpenAI({
    baseURL: baseUrl,
    apiKey: accessToken,
    defaultHeaders: { "Content-Type": "application/json" },
    timeout: 10_000,
    fetch,
  });
  return async (orderId) => {
    const path = `/v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
    const body = await api.put<{ messages_read_count: number }>(path);
    return body.messages_read_count;
  };
}
