import { createApiClient, schemas } from "./out/client";
import { GRANT, headersOf, type Documented, type Validators } from "../use/types";

export async function call(baseUrl: string): Promise<number> {
  const api = createApiClient(baseUrl);
  const { access_token } = await api.generateAccessToken(GRANT);
  const headers = { ...headersOf(access_token), "X-Treat-Ids-As-Internal": true };
  return (await api.markMessagesAsRead(undefined, { params: { order_id: "order-123" }, headers })).messages_read_count;
}

export const read = ({ schema, body }: Documented) => (schemas as unknown as Validators)[schema]?.parse(body);
