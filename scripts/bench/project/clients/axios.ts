import axios from "axios";
import type { Call, Setting } from "./setting.js";

/** Over the network it sends by its own adapter, which in Node is that of node:http; a `fetch` needs the other one. */
export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const api = axios.create({
    baseURL: baseUrl,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      Authorization: `Bearer ${accessToken}`,
    },
    timeout: 10_000,
    ...(fetch && { adapter: "fetch", env: { fetch } }),
  });
  return async (orderId) => {
    const path = `/v2/post_checkout/chat/${encodeURIComponent(orderId)}/messages`;
    const { data } = await api.put<{ messages_read_count: number }>(path);
    return data.messages_read_count;
  };
}
