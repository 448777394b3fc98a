import { ask, waitForToken, type AccessTokenFunction, type TokenSettings } from "./access-token.js";
import type { Credentials } from "./retry.js";
import { SingleFlight } from "./single-flight.js";

/**
 * Access tokens on their way: which ones calls have in use, and what takes the place of a refused one. Calls refused
 * together ask for a new token once, and a call refused late, when others have a new token already, does not ask at all.
 *
 * What is remembered of a token belongs to the function that gave it, so that one user's new token never goes with
 * another user's call, and is forgotten with the last call that has the token in use, so that it cannot grow old.
 */
export class AccessTokens {
  readonly #inUse = new WeakMap<AccessTokenFunction, Map<string, TokenInUse>>();

  /**
   * Runs a call with its token.
   *
   * @param call gets its token, and the way to another one
   * @throws AccessTokenError, the reason of the caller's signal, or what `call` throws
   */
  async use<T>(settings: TokenSettings, call: (credentials: Credentials) => Promise<T>): Promise<T> {
    const { accessToken } = settings;
    const isFixed = typeof accessToken === "string";
    // A fixed one is waited for, too, so that nothing is sent for a caller who aborts right after the call.
    const token = await (isFixed
      ? accessToken
      : waitForToken(settings, [], (signal) => ask(accessToken, undefined, signal)));
    if (isFixed) return call({ token, secrets: [token] });

    const tokens = this.#inUse.get(accessToken) ?? new Map<string, TokenInUse>();
    this.#inUse.set(accessToken, tokens);
    const inUse = tokens.get(token) ?? { calls: 0 };
    tokens.set(token, inUse);
    inUse.calls += 1;
    let refresh: SingleFlight<string> | undefined;
    try {
      return await call({
        token,
        secrets: [token],
        replace: async () => {
          if (settings.signal?.aborted) throw settings.signal.reason;
          const work = (refresh = inUse.refresh ??= startRefresh(token, inUse, accessToken));
          const replacement = await waitForToken(settings, [token], (signal) => work.wait(signal));
          if (replacement !== token) return replacement;
          forget(refresh, inUse);
          return undefined;
        },
        discard: () => forget(refresh, inUse),
      });
    } finally {
      inUse.calls -= 1;
      if (inUse.calls === 0) tokens.delete(token);
    }
  }
}

interface TokenInUse {
  calls: number;
  refresh?: SingleFlight<string>;
}

/** Leaves it to the next call that is refused to ask anew. */
function forget(refresh: SingleFlight<string> | undefined, inUse: TokenInUse): void {
  if (inUse.refresh === refresh) delete inUse.refresh;
}

/** Asks for a new token on behalf of all calls that wait for it. */
function startRefresh(rejected: string, inUse: TokenInUse, accessToken: AccessTokenFunction): SingleFlight<string> {
  const refresh: SingleFlight<string> = new SingleFlight(
    (signal) => ask(accessToken, rejected, signal),
    () => forget(refresh, inUse),
  );
  return refresh;
}
