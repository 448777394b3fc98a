import { createApi } from "../api.js";
import { assertId } from "../check-options.js";
import { RetryBudget } from "../retry-policy.js";
import type { AccessTokenRequestBody } from "../types.js";
import { readProviderOptions, type TokenProviderOptions } from "./options.js";
import { SharedStore } from "./shared-store.js";
import { cachedToken, type TokenFunction } from "./token-cache.js";
import { requestToken } from "./token-request.js";
import type { ReplacedToken } from "./token.js";

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

// How many functions, with their tokens, a provider keeps in memory.
const MAX_FUNCTIONS = 10_000;

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
  const { baseUrl, clientId, clientSecret, scope, timeoutMs, store } = settings;
  const credentials = { client_id: clientId, client_secret: clientSecret, scope };
  const api = createApi(baseUrl);
  const retryBudget = new RetryBudget();
  const sharedStore = store && new SharedStore(store, settings);
  // One function for each holder of a token, so that a client sees that two calls use the same tokens. The latest is last.
  const functions = new Map<string, TokenFunction>();

  function functionOf(holder: string, grant: () => AccessTokenRequestBody): TokenFunction {
    const getToken = async (replaced: ReplacedToken | undefined, signal: AbortSignal) => {
      // Nobody waits for the renewal of a token that is still valid.
      const isRenewal = replaced?.isRejected === false;
      const limits = isRenewal && { maxRetries: 0, timeoutMs: Math.min(timeoutMs, MAX_RENEWAL_MS) };
      const request = () => requestToken(api, { ...settings, ...limits, retryBudget, signal }, grant());
      return sharedStore ? sharedStore.getToken(holder, replaced, request, signal) : request();
    };
    const known = functions.get(holder);
    const tokenFunction = known ?? cachedToken(getToken, timeoutMs / 2);
    functions.delete(holder);
    functions.set(holder, tokenFunction);
    if (!known && functions.size > MAX_FUNCTIONS) functions.delete(functions.keys().next().value ?? "");
    return tokenFunction;
  }

  return {
    forUser(userId) {
      assertUserId(userId);
      const assertion = () => toBase64(JSON.stringify({ user_id: userId }));
      const grant_type = "fulfillment_user_assertion";
      return functionOf(`user ${userId}`, () => ({ grant_type, ...credentials, assertion: assertion() }));
    },
    forClient: () => functionOf("client", () => ({ grant_type: "client_credentials", ...credentials })),
  };
}

/** Base64 of the text as UTF-8. `btoa` alone takes no character beyond U+00FF, and not every platform has `TextEncoder`. */
function toBase64(text: string): string {
  return btoa(encodeURIComponent(text).replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))));
}

/**
 * Checks that a user id can be sent, by the same rule as `assertOrderId`.
 *
 * @throws TypeError that says what is invalid
 */
export function assertUserId(userId: unknown): asserts userId is string {
  assertId("userId", userId);
}
