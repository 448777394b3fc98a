import type { AccessToken, ChatClient, MarkMessagesAsReadOptions, operations } from "../../index.js";

/** One call, and the documented response that it should get. */
export interface ContractCase {
  readonly operationId: keyof operations;
  readonly status: number;
  /** The code that the API documents for this error. */
  readonly code?: number;
  readonly purpose: string;
  /** Whether it needs the run's access token. */
  readonly needsToken: boolean;
  run(): Promise<unknown>;
}

const INVALID_TOKEN = "invalid-token-of-the-contract-check";

/**
 * The calls whose responses a live server can be made to send; other responses, such as a 429, are up to it.
 *
 * @param accessToken that of the client; a function requests it from the server
 * @param options for the calls
 */
export function casesFor(
  chat: ChatClient,
  accessToken: AccessToken,
  order: string,
  unknownOrder: string | undefined,
  options: MarkMessagesAsReadOptions,
): readonly ContractCase[] {
  const mark = (id: string, what: Pick<ContractCase, "status" | "code" | "purpose">, token?: string): ContractCase => ({
    ...what,
    operationId: "markMessagesAsRead",
    needsToken: token === undefined,
    run: () => chat.markMessagesAsRead(id, { ...options, accessToken: token }),
  });
  const cases: ContractCase[] = [];
  if (typeof accessToken === "function")
    cases.push({
      operationId: "generateAccessToken",
      status: 200,
      purpose: "an access token, with the client credentials",
      needsToken: false,
      run: async () => accessToken({ signal: new AbortController().signal }),
    });
  cases.push(mark(order, { status: 200, purpose: "the order (this marks its messages as read)" }));
  if (unknownOrder !== undefined)
    cases.push(mark(unknownOrder, { status: 404, code: 4000, purpose: "an order that does not exist" }));
  cases.push(mark(order, { status: 401, purpose: "the order, with an invalid access token" }, INVALID_TOKEN));
  return cases;
}
