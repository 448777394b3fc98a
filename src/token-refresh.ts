import { ask, waitForToken, type AccessTokenFunction, type TokenSettings } from "./access-token.js";
import type { Credentials } from "./retry.js";
import { singleFlight } from "./single-flight.js";

/** Runs a call with its token. */
export type UseToken = <T>(settings: TokenSettings, call: (credentials: Credentials) => Promise<T>) => Promise<T>;

/**
 * Access tokens on their way: which ones calls have in use, and what takes the place of a refused one. Calls refused
 * together ask for a new token once, and a call refused late, when others have a new token already, does not ask at all.
 *
 * What is remembered of a token belongs to the function that gave it, so that one user's new token never goes with
 * another user's call, and is forgotten with the last call that has the token in use, so that it cannot grow old.
 *
 * @returns runs a call, which gets its token, and the way to another one; it throws AccessTokenError, the reason of the
 *   caller's signal, or what the call throws
 */
export function accessTokens(): UseToken {
  const tokensOf = new WeakMap<AccessTokenFunction, Map<string, TokenInUse>>();
  return async (settings, call) => {
    const { accessToken } = settings;
    const isFixed = typeof accessToken === "string";
    // A fixed one is waited for, too, so that nothing is sent for a caller who aborts right after the call.
    const token = await (isFixed
      ? accessToken
      : waitForToken(settings, [], (signal) => ask(accessToken, undefined, signal)));
    const secrets = [token];
    if (isFixed) return call({ token, secrets });

    const tokens = tokensOf.get(accessToken) ?? new Map<string, TokenInUse>();
    tokensOf.set(accessToken, tokens);
    const inUse = tokens.get(token) ?? { calls: 0 };
    tokens.set(token, inUse);
    inUse.calls += 1;
    let refresh: Refresh | undefined;
    try {
      return await call({
        token,
        secrets,
        replace: async () => {
          const other = refresh
            ? token // What took its place is refused, too, when this is asked for once more.
            : await waitForToken(settings, secrets, (signal) => {
                refresh = inUse.refresh ??= startRefresh(token, inUse, accessToken);
                return refresh(signal);
              });
          if (other !== token) return other;
          forget(refresh, inUse);
          return undefined;
        },
      });
    } finally {
      inUse.calls -= 1;
      if (inUse.calls === 0) tokens.delete(token);
    }
  };
}

/** Waits for the new token. */
type Refresh = (signal: AbortSignal) => Promise<string>;

interface TokenInUse {
  calls: number;
  refresh?: Refresh;
}

/** Leaves it to the next call that is refused to ask anew. */
function forget(refresh: Refresh | undefined, inUse: TokenInUse): void {
  if (inUse.refresh === refresh) delete inUse.refresh;
}

/** Asks for a new token on behalf of all calls that wait for it. */
function startRefresh(rejected: string, inUse: TokenInUse, accessToken: AccessTokenFunction): Refresh {
  const refresh = singleFlight(
    (signal) => ask(accessToken, rejected, signal),
    () => forget(refresh, inUse),
  );
  return refresh;
}
