import { Api } from "../out/swagger-typescript-api/api";
import { GRANT, headersOf } from "./types";

export async function call(baseUrl: string): Promise<number> {
  const { v2 } = new Api({ baseUrl });
  const { data } = await v2.generateAccessToken(GRANT);
  const marked = await v2.markMessagesAsRead("order-123", { headers: headersOf(data.access_token) });
  return marked.data.messages_read_count;
}
