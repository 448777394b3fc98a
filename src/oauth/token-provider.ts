import type { AccessTokenRequestBody } from "../types.js";
import { clientGrant, userGrant } from "./grants.js";
import { readProviderOptions, type TokenProviderOptions } from "./options.js";
import { getSharedToken } from "./shared-token.js";
import { TokenCache, type TokenRequest } from "./token-cache.js";
import { requestToken } from "./token-request.js";
import { hashedKey, inTime } from "./token-store.js";

/** Gives access tokens, and gets them from the API where there is none at hand. */
export interface TokenProvider {
  /**
   * For the token of one user; it reaches that user's orders only.
   *
   * @param userId the customer's Connect user id
   * @throws TypeError when the id is empty, white space only, or not well-formed Unicode
   */
  forUser(userId: string): TokenFunction;

  /** For the token of the retailer itself; it reaches orders that were created with Fulfillment v3. */
  forClient(): TokenFunction;
}

/**
 * Gives an access token: what `accessToken` of the client and of each call takes.
 *
 * @throws AccessTokenError whose `cause` says why there is none, or the reason of the signal
 */
export type TokenFunction = (request?: TokenRequest) => Promise<string>;

// A store that fails must not cost a call its own time limit.
const MAX_STORE_MS = 250;
const MAX_PATIENCE_MS = 2_000;

/**
 * Makes a provider of access tokens from the retailer's client credentials, which have no place in a browser. Make one
 * and keep it: it gives the same token until shortly before that expires, and asks the API once for callers that need
 * one at the same time.
 *
 * @example
 * const tokens = createTokenProvider({
 *   clientId: process.env.INSTACART_CLIENT_ID!,
 *   clientSecret: process.env.INSTACART_CLIENT_SECRET!,
 * });
 * const chat = createChatClient({ accessToken: tokens.forUser("user-123") });
 *
 * @throws TypeError that names the option, when one is wrong
 */
export function createTokenProvider(options: TokenProviderOptions): TokenProvider {
  const settings = readProviderOptions(options);
  const { baseUrl, clientId, clientSecret, scope, timeoutMs } = settings;
  const store = settings.store && inTime(settings.store, Math.min(MAX_STORE_MS, timeoutMs / 40));
  const patienceMs = Math.ceil(Math.min(MAX_PATIENCE_MS, timeoutMs / 5));

  const cache = new TokenCache<TokenHolder>(async ({ name, grant }, unwanted, signal) => {
    const ask = (signal: AbortSignal) => requestToken(settings, grant(), signal);
    if (!store) return ask(signal);
    const key = await hashedKey(baseUrl, clientId, clientSecret, scope, name);
    return getSharedToken({ store, key, patienceMs }, unwanted, ask, signal);
  });
  const tokensOf =
    (holder: TokenHolder): TokenFunction =>
    (request = {}) =>
      cache.give(holder, request);

  return {
    forUser(userId) {
      assertUserId(userId);
      return tokensOf({ name: `user ${userId}`, grant: () => userGrant(settings, userId) });
    },
    forClient: () => tokensOf({ name: "client", grant: () => clientGrant(settings) }),
  };
}

/** Whose token it is, and what to ask for it with. */
interface TokenHolder {
  readonly name: string;
  readonly grant: () => AccessTokenRequestBody;
}

/** @throws TypeError */
function assertUserId(userId: unknown): void {
  if (typeof userId !== "string" || userId.trim() === "") throw new TypeError("userId must be a non-empty string");
  // Encoded, it would become another id, and perhaps that of another user.
  if (/\p{Cs}/u.test(userId)) throw new TypeError("userId must be well-formed Unicode");
}
