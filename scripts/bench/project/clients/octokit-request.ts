import { request } from "@octokit/request";
import type { Call, Setting } from "./setting.js";

/** Retries and time limits are plugins of Octokit, which is more than this package. */
export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const api = request.defaults({
    baseUrl,
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      authorization: `Bearer ${accessToken}`,
    },
    ...(fetch && { request: { fetch } }),
  });
  return async (orderId) => {
    const { data } = await api("PUT /v2/post_checkout/chat/{order_id}/messages", { order_id: orderId });
    return (data as { messages_read_count: number }).messages_read_count;
  };
}
