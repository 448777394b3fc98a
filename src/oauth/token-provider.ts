import { createApi } from "../api.js";
import { assertId } from "../check-options.js";
import { RetryBudget } from "../retry-policy.js";
import type { AccessTokenRequestBody } from "../types.js";
import { readProviderOptions, type ProviderSettings, type TokenProviderOptions } from "./options.js";
import { SharedStore } from "./shared-store.js";
import { MAX_TOKENS, TokenCache, type TokenRequest } from "./token-cache.js";
import { clientGrant, requestToken, userGrant } from "./token-request.js";

/** Gets access tokens: requests them, reuses them, and renews them. */
export interface TokenProvider {
  /**
   * Returns a function that returns one user's token, which works only for that user's orders.
   *
   * @param userId the customer's Connect user id
   * @throws TypeError if the id is one that {@link assertUserId} rejects
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
  const cache = createCache(settings);
  // One function for each holder, so that a client sees that two calls use the same tokens.
  const functions = new Map<string, TokenFunction>();

  function functionOf(name: string, grant: () => AccessTokenRequestBody): TokenFunction {
    const tokenFunction = functions.get(name) ?? ((request = {}) => cache.give({ name, grant }, request));
    functions.set(name, tokenFunction);
    const [oldest] = functions.keys();
    if (functions.size > MAX_TOKENS && oldest !== undefined) functions.delete(oldest);
    return tokenFunction;
  }

  return {
    forUser(userId) {
      assertUserId(userId);
      return functionOf(`user ${userId}`, () => userGrant(settings, userId));
    },
    forClient: () => functionOf("client", () => clientGrant(settings)),
  };
}

/** Whose token it is, and how to request it. */
interface TokenHolder {
  readonly name: string;
  readonly grant: () => AccessTokenRequestBody;
}

function createCache(settings: ProviderSettings): TokenCache<TokenHolder> {
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
  return new TokenCache<TokenHolder>(async ({ name, grant }, replaced, signal) => {
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
}

/**
 * Checks that a user id can be sent, by the same rule as `assertOrderId`.
 *
 * @throws TypeError that says what is invalid
 */
export function assertUserId(userId: unknown): asserts userId is string {
  assertId("userId", userId);
}
