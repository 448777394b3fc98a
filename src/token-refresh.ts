import { ask, waitForToken, type AccessTokenFunction, type TokenSettings } from "./access-token.js";

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
  async use<T>(settings: TokenSettings, call: (token: CallToken) => Promise<T>): Promise<T> {
    const { accessToken } = settings;
    if (typeof accessToken === "string")
      return call({ token: accessToken, replace: async () => undefined, discard: () => {} });

    const token = await waitForToken(settings, [], (signal) => ask(accessToken, undefined, signal));
    const tokens = this.#inUse.get(accessToken) ?? new Map<string, TokenInUse>();
    this.#inUse.set(accessToken, tokens);
    const inUse = tokens.get(token) ?? { calls: 0 };
    tokens.set(token, inUse);
    inUse.calls += 1;
    let refresh: Refresh | undefined;
    try {
      return await call({
        token,
        replace: async () => {
          if (settings.signal?.aborted) throw settings.signal.reason;
          refresh = inUse.refresh ??= startRefresh(token, inUse, accessToken);
          const replacement = await waitForRefresh(refresh, token, inUse, settings);
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

/** The token of one call. */
export interface CallToken {
  readonly token: string;
  /** Gives the token to send instead, now that the first is refused, or `undefined` when there is no other. */
  replace(): Promise<string | undefined>;
  /** Says that the other one was refused too, so that the next call asks anew. */
  discard(): void;
}

interface TokenInUse {
  calls: number;
  refresh?: Refresh;
}

interface Refresh {
  readonly token: Promise<string>;
  readonly controller: AbortController;
  waiting: number;
  isPending: boolean;
}

/** Leaves it to the next call that is refused to ask anew. */
function forget(refresh: Refresh | undefined, inUse: TokenInUse): void {
  if (inUse.refresh === refresh) delete inUse.refresh;
}

async function waitForRefresh(
  refresh: Refresh,
  rejected: string,
  inUse: TokenInUse,
  settings: TokenSettings,
): Promise<string> {
  refresh.waiting += 1;
  try {
    return await waitForToken(settings, [rejected], () => refresh.token);
  } finally {
    refresh.waiting -= 1;
    if (refresh.waiting === 0 && refresh.isPending) {
      refresh.controller.abort();
      forget(refresh, inUse);
    }
  }
}

/** Asks for a new token on behalf of all calls that wait for it; it ends with the last of them, not with the first. */
function startRefresh(rejected: string, inUse: TokenInUse, accessToken: AccessTokenFunction): Refresh {
  const controller = new AbortController();
  const token = ask(accessToken, rejected, controller.signal);
  const refresh: Refresh = { token, controller, waiting: 0, isPending: true };
  const settle = () => {
    refresh.isPending = false;
  };
  token.then(settle, () => {
    settle();
    forget(refresh, inUse);
  });
  return refresh;
}
