import { createApi } from "../api.js";
import { assertId } from "../check-options.js";
import { RetryBudget } from "../retry-policy.js";
import type { AccessTokenRequestBody } from "../types.js";
import type { ProviderSettings } from "./options.js";
import { SharedStore } from "./shared-store.js";
import { MAX_TOKENS, TokenCache, type TokenRequest } from "./token-cache.js";
import { clientGrant, requestToken, userGrant } from "./token-request.js";

/**
 * Returns an access token. Pass this function as the `accessToken` option of a client or of a call.
 *
 * @throws AccessTokenError whose `cause` says why there is no token, or the reason of the signal
 */
export type TokenFunction = (request?: TokenRequest) => Promise<string>;

/** The token of one user, or of the client itself. */
export interface HeldToken {
  /** Returns the token if a valid one is in memory, and requests nothing. */
  readonly current: () => string | undefined;
  /** Returns the token, and requests it when needed. */
  readonly get: TokenFunction;
}

/** The tokens that one client gets with its credentials. */
export interface Tokens {
  /** @throws TypeError if the id is one that {@link assertUserId} rejects */
  forUser(userId: string): HeldToken;
  forClient(): HeldToken;
}

// A failing store must not use up a call's own time limit.
const MAX_STORE_MS = 250;
const MAX_PATIENCE_MS = 2_000;

// An open request keeps a process alive, whatever its timers do.
const MAX_RENEWAL_MS = 2_000;

export function createTokens(settings: ProviderSettings): Tokens {
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
  // One function for each user, so that a client sees that two calls use the same tokens.
  const heldTokens = new Map<string, HeldToken>();
  const tokenOf = (holder: TokenHolder): HeldToken => {
    const held = heldTokens.get(holder.name) ?? {
      current: () => cache.current(holder),
      get: (request = {}) => cache.give(holder, request),
    };
    heldTokens.set(holder.name, held);
    const [oldest] = heldTokens.keys();
    if (heldTokens.size > MAX_TOKENS && oldest !== undefined) heldTokens.delete(oldest);
    return held;
  };

  return {
    forUser(userId) {
      assertUserId(userId);
      return tokenOf({ name: `user ${userId}`, grant: () => userGrant(settings, userId) });
    },
    forClient: () => tokenOf({ name: "client", grant: () => clientGrant(settings) }),
  };
}

/** Whose token it is, and how to request it. */
interface TokenHolder {
  readonly name: string;
  readonly grant: () => AccessTokenRequestBody;
}

/**
 * Checks that a user id can be sent, by the same rule as `assertOrderId`.
 *
 * @throws TypeError that says what is invalid
 */
export function assertUserId(userId: unknown): asserts userId is string {
  assertId("userId", userId);
}
