import createClient from "openapi-fetch";
import type { paths } from "../generated/openapi-typescript/api.js";
import type { Call, Setting } from "./setting.js";

export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    Authorization: `Bearer ${accessToken}`,
  };
  const api = createClient<paths>({ baseUrl, headers, ...(fetch && { fetch }) });
  return async (orderId) => {
    const { data, error } = await api.PUT("/v2/post_checkout/chat/{order_id}/messages", {
      params: { path: { order_id: orderId } },
    });
    if (!data) throw new Error(JSON.stringify(error));
    return data.messages_read_count;
  };
}
