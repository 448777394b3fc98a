import { SingleFlight } from "../single-flight.js";
import { abortReason } from "../timers.js";
import { isValid, now, type ReplacedToken, type Token } from "./token.js";

/** What a caller can pass when it needs a token. */
export interface TokenRequest {
  /** The token that the API has just rejected. */
  readonly rejected?: string | undefined;
  /** Ends this caller's wait. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Returns an access token. Pass this function as the `accessToken` option of a client or of a call.
 *
 * @throws AccessTokenError whose `cause` says why there is no token, or the reason of the signal
 */
export type TokenFunction = (request?: TokenRequest) => Promise<string>;

/** A new token, and which token its requester knew to be rejected. A failed renewal has no token. */
interface Found {
  readonly token?: Token;
  readonly rejected?: string | undefined;
}

const RENEWAL_PAUSE_MS = 60_000;

/**
 * Creates a function that keeps its token in memory. Callers who need a new one at the same time share the work.
 *
 * @param getToken gets a new token, and stops when its signal aborts
 * @param maxAgeMs how long after its start others may still join the work
 */
export function cachedToken(
  getToken: (replaced: ReplacedToken | undefined, signal: AbortSignal) => Promise<Token>,
  maxAgeMs: number,
): TokenFunction {
  const flights = new SingleFlight<Found>();
  let cached: (Token & { renewAt: number }) | undefined;

  async function find(replaced: ReplacedToken | undefined, signal: AbortSignal): Promise<Found> {
    const token = await getToken(replaced, signal);
    if (signal.aborted) throw abortReason(signal); // There may be a newer token by now.
    cached = { ...token, renewAt: timeToRenew(token) };
    return { token, rejected: replaced?.isRejected ? replaced.accessToken : undefined };
  }

  /** Nobody waits for a renewal while the token is valid. After a failed renewal, the next one follows after a pause. */
  function renewInTime(token: NonNullable<typeof cached>): void {
    if (now() < token.renewAt) return;
    token.renewAt = now() + Math.min(RENEWAL_PAUSE_MS, (token.expiresAt - now()) / 2);
    const replaced = { accessToken: token.accessToken, isRejected: false };
    const renew = (signal: AbortSignal) => find(replaced, signal).catch(() => ({})); // Others may join.
    flights.run(maxAgeMs, undefined, renew).catch(() => {}); // What it joins may fail.
  }

  return async ({ rejected, signal } = {}) => {
    if (signal?.aborted) throw abortReason(signal);
    for (;;) {
      if (cached && cached.accessToken !== rejected && isValid(cached)) {
        renewInTime(cached);
        return cached.accessToken;
      }
      cached = undefined;
      const replaced = rejected === undefined ? undefined : { accessToken: rejected, isRejected: true };
      const found = await flights.run(maxAgeMs, signal, (signal) => find(replaced, signal));
      // Otherwise it is a renewal that has failed, or work that began before the rejection: what it found may do, or not.
      if (found.token && found.rejected === rejected) return found.token.accessToken;
    }
  };
}

/** A time in the last 5 to 10 % of the token's lifetime: the margin allows for failures, the jitter spreads them. */
function timeToRenew({ obtainedAt, expiresAt }: Token): number {
  return expiresAt - (expiresAt - obtainedAt) * (0.05 + 0.05 * Math.random());
}
