import { generateAccessToken, markMessagesAsRead } from "../out/orval/client";
import * as zod from "../out/orval/zod";
import { GRANT, headersOf, type Documented, type Validators } from "./types";

/** Orval writes the server's URL into the client. */
export async function call(): Promise<number> {
  const issued = await generateAccessToken(GRANT);
  if (issued.status !== 200) throw new Error(JSON.stringify(issued));
  const marked = await markMessagesAsRead("order-123", { headers: headersOf(issued.data.access_token) });
  if (marked.status !== 200) throw new Error(JSON.stringify(marked));
  return marked.data.messages_read_count;
}

export function read({ operationId, status, body }: Documented): unknown {
  const name = status === undefined ? `${operationId}Body` : `${operationId}${status}Response`;
  return (zod as unknown as Validators)[name]?.parse(body);
}
