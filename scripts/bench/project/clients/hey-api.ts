import { createClient, createConfig } from "../generated/hey-api/client/index.js";
import { markMessagesAsRead } from "../generated/hey-api/index.js";
import type { Call, Setting } from "./setting.js";

/** It has neither retries nor a time limit. */
export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const headers = { Accept: "application/json" };
  const client = createClient(createConfig({ baseUrl, auth: accessToken, headers, ...(fetch && { fetch }) }));
  // From a request without a body it removes this header, which the API's documentation shows.
  client.interceptors.request.use((request) => {
    request.headers.set("Content-Type", "application/json");
    return request;
  });
  return async (orderId) => {
    const { data } = await markMessagesAsRead({ client, path: { order_id: orderId }, throwOnError: true });
    return data.messages_read_count;
  };
}
