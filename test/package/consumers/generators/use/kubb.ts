import { generateAccessToken } from "../out/kubb/clients/generateAccessToken";
import { markMessagesAsRead } from "../out/kubb/clients/markMessagesAsRead";
import * as zod from "../out/kubb/zod";
import { GRANT, headersOf, type Documented, type Validators } from "./types";

export async function call(baseURL: string): Promise<number> {
  const { access_token } = await generateAccessToken(GRANT, { baseURL });
  const { Authorization, ...headers } = headersOf(access_token);
  const parameters = { ...headers, "X-Treat-Ids-As-Internal": true };
  const marked = await markMessagesAsRead("order-123", parameters, { baseURL, headers: { Authorization } });
  return marked.messages_read_count;
}

export function read({ schema, body }: Documented): unknown {
  const name = `${schema.charAt(0).toLowerCase()}${schema.slice(1)}Schema`;
  return (zod as unknown as Validators)[name]?.parse(body);
}
