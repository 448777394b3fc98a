import { documentedOperations, type ExampleBodies } from "../../../generated/operations.js";
import {
  createChatClient,
  type AccessToken,
  type ChatClientOptions,
  type Fetch,
  type MarkMessagesAsReadOptions,
} from "../../index.js";
import type { TokenProviderOptions } from "../../oauth/index.js";

/** The server, and what to ask it with. */
export interface Target
  extends
    Pick<ChatClientOptions, "allowInsecureHttp" | "retailerId" | "locale" | "timeoutMs">,
    Pick<MarkMessagesAsReadOptions, "treatIdsAsInternal"> {
  readonly baseUrl: string;
  readonly orderId: string;
  readonly unknownOrderId: string | undefined;
}

/** Gives the access token, or the function that gets it from the server. */
export type TokenSource = (options: Omit<TokenProviderOptions, "clientId" | "clientSecret">) => AccessToken;

/** One call, and the documented response that it should get. */
export interface ContractCase {
  readonly operationId: string;
  readonly status: number;
  /** The code that the API documents for this error. */
  readonly code?: number;
  /** What the call asks for. */
  readonly purpose: string;
  /** Whether it sends the access token of the token source. */
  readonly needsToken: boolean;
  /** Makes the call with the package's own client. */
  ask(): Promise<unknown>;
}

/** The token that must be rejected. */
const INVALID_TOKEN = "invalid-token-of-the-contract-check";

/**
 * What a live server can be asked for: everything else, such as a 429, is up to it. The calls go through one client, as
 * in production.
 *
 * @throws TypeError that names the option that is invalid
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
      purpose: "the order, whose messages it marks as read",
      needsToken: true,
      ask: () => mark(orderId),
    },
  ];
  if (typeof accessToken === "function")
    cases.unshift({
      operationId: "generateAccessToken",
      status: 200,
      purpose: "an access token, from the client credentials",
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
    purpose: "the order, with an access token that is not valid",
    needsToken: false,
    ask: () => mark(orderId, { accessToken: INVALID_TOKEN }),
  });
  return cases;
}

/** The code of an error whose code the API documents, which is not so of every example. */
function codeOf(name: keyof ExampleBodies): number {
  const example = documentedOperations.flatMap(({ responses }) => responses).find((response) => response.name === name);
  return (example?.body as ExampleBodies["orderNotFound"]).error.code;
}
