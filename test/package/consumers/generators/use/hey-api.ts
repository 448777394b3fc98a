import { createClient } from "../out/hey-api/client";
import { generateAccessToken, markMessagesAsRead } from "../out/hey-api/sdk.gen";
import * as zod from "../out/hey-api/zod.gen";
import { GRANT, type Documented, type Validators } from "./types";

export async function call(baseUrl: string): Promise<number> {
  const client = createClient({ baseUrl });
  const { data } = await generateAccessToken({ client, body: GRANT, throwOnError: true });
  const marked = await markMessagesAsRead({
    client: createClient({ baseUrl, auth: data.access_token }),
    path: { order_id: "order-123" },
    headers: { "Accept-Language": "en-US", "X-Treat-Ids-As-Internal": true },
    throwOnError: true,
  });
  return marked.data.messages_read_count;
}

export const read = ({ schema, body }: Documented) => (zod as unknown as Validators)[`z${schema}`]?.parse(body);
