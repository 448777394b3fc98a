import {
  createClient,
  OPERATIONS,
  type OperationId,
  type OperationPath,
  type OperationTag,
  type Ops,
} from "../generated/redocly/client.js";
import type { Call, Setting } from "./setting.js";

/** Its retries are off by default. */
export function create({ baseUrl, accessToken, fetch }: Setting): Call {
  const api = createClient<Ops, OperationId, OperationPath, OperationTag>(OPERATIONS, {
    serverUrl: baseUrl,
    auth: { bearer: accessToken },
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    retry: { retries: 2 },
    timeout: 10_000,
    ...(fetch && { fetch }),
  });
  return async (orderId) => {
    const body = await api.markMessagesAsRead({ path: { order_id: orderId } });
    return body.messages_read_count;
  };
}
