import { SingleFlight } from "../single-flight.js";
import { abortReason } from "../timers.js";
import { isValid, now, timeToRenew, type Token } from "./token.js";

/** What a caller can pass when it needs a token. */
export interface TokenRequest {
  /** The token that the API has just rejected. */
  readonly rejected?: string | undefined;
  /** Ends this caller's wait. */
  readonly signal?: AbortSignal | undefined;
}

/** A token to replace. */
export interface ReplacedToken {
  readonly accessToken: string;
  /** Whether the API rejected the token. Otherwise it expires soon. */
  readonly isRejected: boolean;
}

/** Gets a new token, to replace `replaced` if given. Stops when `signal` aborts. */
export type GetToken<Holder> = (
  holder: Holder,
  replaced: ReplacedToken | undefined,
  signal: AbortSignal,
) => Promise<Token>;

interface CachedToken extends Token {
  renewAt: number;
}

/** A new token, and which token its requester knew to be rejected. A failed renewal has no token. */
interface Found {
  readonly token: Token | undefined;
  readonly rejected: string | undefined;
}

/** How many tokens are kept in memory. */
export const MAX_TOKENS = 10_000;
const RENEWAL_PAUSE_MS = 60_000;

/** The tokens of one provider, in memory. Callers who need the same holder's token at the same time share the work. */
export class TokenCache<Holder extends { readonly name: string }> {
  readonly #getToken: GetToken<Holder>;
  readonly #maxAgeMs: number;
  readonly #tokens = new Map<string, CachedToken>(); // The oldest first.
  readonly #flights = new SingleFlight<Found>();

  /** @param maxAgeMs how long after its start others may still join the work */
  constructor(getToken: GetToken<Holder>, maxAgeMs: number) {
    this.#getToken = getToken;
    this.#maxAgeMs = maxAgeMs;
  }

  /** @throws AccessTokenError, or the reason of `signal` */
  async give(holder: Holder, { rejected, signal }: TokenRequest): Promise<string> {
    if (signal?.aborted) throw abortReason(signal);
    for (;;) {
      const cached = this.#valid(holder, rejected);
      if (cached) {
        this.#renewInTime(holder, cached);
        return cached.accessToken;
      }
      const replaced = rejected === undefined ? undefined : { accessToken: rejected, isRejected: true };
      const found = await this.#flights.run(holder.name, this.#maxAgeMs, signal, (signal) =>
        this.#find(holder, replaced, signal),
      );
      // Work that began before the rejection may have found the rejected token, and a renewal may have failed.
      if (found.token && (found.token.accessToken !== rejected || found.rejected === rejected))
        return found.token.accessToken;
    }
  }

  #valid({ name }: Holder, rejected?: string): CachedToken | undefined {
    const token = this.#tokens.get(name);
    if (token && token.accessToken !== rejected && isValid(token)) return token;
    this.#tokens.delete(name);
    return undefined;
  }

  /** Nobody waits for a renewal while the token is valid. After a failed renewal, the next one follows after a pause. */
  #renewInTime(holder: Holder, token: CachedToken): void {
    if (now() < token.renewAt || this.#flights.isUnderWay(holder.name, this.#maxAgeMs)) return;
    token.renewAt = now() + Math.min(RENEWAL_PAUSE_MS, (token.expiresAt - now()) / 2);
    const replaced = { accessToken: token.accessToken, isRejected: false };
    void this.#flights.run(holder.name, this.#maxAgeMs, undefined, (signal) =>
      this.#find(holder, replaced, signal).catch(() => ({ token: undefined, rejected: undefined })),
    );
  }

  async #find(holder: Holder, replaced: ReplacedToken | undefined, signal: AbortSignal): Promise<Found> {
    const token = await this.#getToken(holder, replaced, signal);
    if (signal.aborted) throw abortReason(signal); // There may be a newer token by now.
    this.#keep(holder, token);
    return { token, rejected: replaced?.isRejected ? replaced.accessToken : undefined };
  }

  #keep({ name }: Holder, token: Token): void {
    this.#tokens.delete(name);
    this.#tokens.set(name, { ...token, renewAt: timeToRenew(token) });
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MAX_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
  }
}
