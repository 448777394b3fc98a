import { documentedOperations, type ExampleBodies } from "../../../generated/operations.js";
import {
  createChatClient,
  type AccessToken,
  type ChatClientOptions,
  type Fetch,
  type MarkMessagesAsReadOptions,
} from "../../index.js";
import type { TokenProviderOptions } from "../../oauth/index.js";

/** The server, and what to send to it. */
export interface Target
  extends
    Pick<ChatClientOptions, "allowInsecureHttp" | "retailerId" | "locale" | "timeoutMs">,
    Pick<MarkMessagesAsReadOptions, "treatIdsAsInternal"> {
  readonly baseUrl: string;
  readonly orderId: string;
  readonly unknownOrderId: string | undefined;
}

/** Returns the access token, or a function that requests it from the server. */
export type TokenSource = (options: Omit<TokenProviderOptions, "clientId" | "clientSecret">) => AccessToken;

/** One call, and the documented response that it should get. */
export interface ContractCase {
  readonly operationId: string;
  readonly status: number;
  /** The code that the API documents for this error. */
  readonly code?: number;
  /** What the call is about. */
  readonly purpose: string;
  /** Whether it sends the access token of the token source. */
  readonly needsToken: boolean;
  /** Makes the call with this package's client. */
  ask(): Promise<unknown>;
}

/** The token that must be rejected. */
const INVALID_TOKEN = "invalid-token-of-the-contract-check";

/**
 * The calls whose responses a live server can be made to send; other responses, such as a 429, are up to it. All calls
 * go through one client, as in production.
 *
 * @throws TypeError that names the invalid option
 */
export function casesFor(target: Target, tokens: TokenSource, fetch: Fetch): readonly ContractCase[] {
  const { orderId, unknownOrderId, treatIdsAsInternal, retailerId, locale, ...shared } = target;
  const accessToken = tokens({ ...shared, fetch });
  const chat = createChatClient({ ...shared, retailerId, locale, fetch, accessToken });
  const mark = (orderId: string, options: MarkMessagesAsReadOptions = {}) =>
    chat.markMessagesAsRead(orderId, { treatIdsAsInternal, ...options });

  const operationId = "markMessagesAsRead";
  const cases: ContractCase[] = [
    {
      operationId,
      status: 200,
      purpose: "the order (this marks its messages as read)",
      needsToken: true,
      ask: () => mark(orderId),
    },
  ];
  if (typeof accessToken === "function")
    cases.unshift({
      operationId: "generateAccessToken",
      status: 200,
      purpose: "an access token, with the client credentials",
      needsToken: false,
      ask: async () => accessToken({ signal: new AbortController().signal }),
    });
  if (unknownOrderId !== undefined)
    cases.push({
      operationId,
      status: 404,
      code: codeOf("orderNotFound"),
      purpose: "an order that does not exist",
      needsToken: true,
      ask: () => mark(unknownOrderId),
    });
  cases.push({
    operationId,
    status: 401,
    purpose: "the order, with an invalid access token",
    needsToken: false,
    ask: () => mark(orderId, { accessToken: INVALID_TOKEN }),
  });
  return cases;
}

/** The code of an error. Only for examples whose code the API documents. */
function codeOf(name: keyof ExampleBodies): number {
  const example = documentedOperations.flatMap(({ responses }) => responses).find((response) => response.name === name);
  return (example?.body as ExampleBodies["orderNotFound"]).error.code;
}
