import { createApi } from "../api.js";
import { RetryBudget } from "../retry-policy.js";
import type { AccessTokenRequestBody } from "../types.js";
import { readProviderOptions, type TokenProviderOptions } from "./options.js";
import { SharedStore } from "./shared-store.js";
import { TokenCache, type TokenRequest } from "./token-cache.js";
import { clientGrant, requestToken, userGrant } from "./token-request.js";

/** Provides access tokens, and requests them from the API when needed. */
export interface TokenProvider {
  /**
   * Returns a function that returns one user's token, which works only for that user's orders.
   *
   * @param userId the customer's Connect user id
   * @throws TypeError if the id is empty, only white space, or not well-formed Unicode
   */
  forUser(userId: string): TokenFunction;

  /** Returns a function that returns the retailer's own token, which works for orders created with Fulfillment v3. */
  forClient(): TokenFunction;
}

/**
 * Returns an access token. Pass this function as the `accessToken` option of a client or of a call.
 *
 * @throws AccessTokenError whose `cause` says why there is no token, or the reason of the signal
 */
export type TokenFunction = (request?: TokenRequest) => Promise<string>;

// A failing store must not use up a call's own time limit.
const MAX_STORE_MS = 250;
const MAX_PATIENCE_MS = 2_000;

// An open request keeps a process alive, whatever its timers do.
const MAX_RENEWAL_MS = 2_000;

/**
 * Creates a provider that gets access tokens with the retailer's client credentials. Never use these in a browser.
 * Create one provider and keep it: it reuses each token until shortly before it expires, and sends one request for all
 * callers that need the same token at the same time.
 *
 * @example
 * const tokens = createTokenProvider({
 *   clientId: process.env.INSTACART_CLIENT_ID!,
 *   clientSecret: process.env.INSTACART_CLIENT_SECRET!,
 * });
 * const chat = createChatClient({ accessToken: tokens.forUser("user-123") });
 *
 * @throws TypeError that names the invalid option
 */
export function createTokenProvider(options: TokenProviderOptions): TokenProvider {
  const settings = readProviderOptions(options);
  const { baseUrl, clientId, clientSecret, scope, timeoutMs, store, onStoreError } = settings;
  const api = createApi(baseUrl);
  const retryBudget = new RetryBudget();
  const sharedStore =
    store &&
    new SharedStore({
      store,
      clientSecret,
      onStoreError,
      methodMs: Math.min(MAX_STORE_MS, timeoutMs / 40),
      patienceMs: Math.ceil(Math.min(MAX_PATIENCE_MS, timeoutMs / 5)),
    });

  const cache = new TokenCache<TokenHolder>(async ({ name, grant }, replaced, signal) => {
    // Nobody waits for the renewal of a token that is still valid.
    const limits = replaced?.isRejected === false && {
      maxRetries: 0,
      timeoutMs: Math.min(timeoutMs, MAX_RENEWAL_MS),
    };
    const request = (signal: AbortSignal) =>
      requestToken(api, { ...settings, ...limits, retryBudget, signal }, grant());
    if (!sharedStore) return request(signal);
    return sharedStore.getToken([baseUrl, clientId, clientSecret, scope, name], replaced, request, signal);
  }, timeoutMs / 2);
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

/** Whose token it is, and how to request it. */
interface TokenHolder {
  readonly name: string;
  readonly grant: () => AccessTokenRequestBody;
}

/** @throws TypeError */
function assertUserId(userId: unknown): void {
  if (typeof userId !== "string" || userId.trim() === "") throw new TypeError("userId must be a non-empty string");
  // Encoding would turn it into another id, perhaps another user's.
  if (/\p{Cs}/u.test(userId)) throw new TypeError("userId must be well-formed Unicode");
}
