import ky from "ky";
import type { Call, Setting } from "./setting.js";

/** By default it retries a PUT twice, and gives up after 10 seconds. */
export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    Authorization: `Bearer ${accessToken}`,
  };
  const api = ky.create({ prefix: baseUrl, headers, ...(fetch && { fetch }) });
  return async (orderId) => {
    const path = `v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
    const body = await api.put(path).json<{ messages_read_count: number }>();
    return body.messages_read_count;
  };
}
