import { singleFlight } from "../single-flight.js";
import { isValid, timeToRenew, type Token } from "./token.js";

/** What a caller says when it asks for a token. */
export interface TokenRequest {
  /** The token that the API has just refused. */
  readonly rejected?: string | undefined;
  /** Ends this caller's waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** A token that another one is to take the place of. */
export interface UnwantedToken {
  readonly accessToken: string;
  /** Whether the API refused it; otherwise it expires soon. */
  readonly isRefused: boolean;
}

/** Gets a new token, in place of `unwanted` if there is one, until `signal` aborts. */
export type GetToken<Holder> = (
  holder: Holder,
  unwanted: UnwantedToken | undefined,
  signal: AbortSignal,
) => Promise<Token>;

interface CachedToken extends Token {
  renewAt: number;
}

interface Search {
  readonly wait: (signal?: AbortSignal) => Promise<Token>;
  readonly unwanted: UnwantedToken | undefined;
}

const MAX_TOKENS = 10_000;
const RENEWAL_PAUSE_MS = 60_000;

/** The tokens of one provider, in memory. Callers who need the token of one holder at the same time share one search. */
export class TokenCache<Holder extends { readonly name: string }> {
  readonly #getToken: GetToken<Holder>;
  readonly #tokens = new Map<string, CachedToken>(); // The oldest first.
  readonly #searches = new Map<string, Search>();

  constructor(getToken: GetToken<Holder>) {
    this.#getToken = getToken;
  }

  /** @throws AccessTokenError, or the reason of `signal` */
  async give(holder: Holder, { rejected, signal }: TokenRequest): Promise<string> {
    if (signal?.aborted) throw signal.reason;
    const unwanted = rejected === undefined ? undefined : { accessToken: rejected, isRefused: true };
    for (;;) {
      const token = this.#current(holder, rejected);
      if (token) {
        this.#renewInTime(holder, token);
        return token.accessToken;
      }
      const search = this.#searches.get(holder.name) ?? this.#search(holder, unwanted);
      const { accessToken } = await search.wait(signal);
      // A search that began before the token was refused may have found just that one.
      const knewOfIt = search.unwanted?.isRefused && search.unwanted.accessToken === rejected;
      if (accessToken !== rejected || knewOfIt) return accessToken;
    }
  }

  #current({ name }: Holder, rejected: string | undefined): CachedToken | undefined {
    const token = this.#tokens.get(name);
    if (token && token.accessToken !== rejected && isValid(token)) return token;
    this.#tokens.delete(name);
    return undefined;
  }

  /** Nobody waits for a renewal while the token is valid; one that fails is tried again after a pause. */
  #renewInTime(holder: Holder, token: CachedToken): void {
    if (Date.now() < token.renewAt || this.#searches.has(holder.name)) return;
    token.renewAt = Date.now() + Math.min(RENEWAL_PAUSE_MS, (token.expiresAt - Date.now()) / 2);
    const { wait } = this.#search(holder, { accessToken: token.accessToken, isRefused: false });
    wait().catch(() => {});
  }

  #search(holder: Holder, unwanted: UnwantedToken | undefined): Search {
    const end = () => {
      if (this.#searches.get(holder.name) === search) this.#searches.delete(holder.name);
    };
    const wait = singleFlight(async (signal) => {
      const token = await this.#getToken(holder, unwanted, signal);
      if (signal.aborted) throw signal.reason; // There may be a newer token by now.
      this.#keep(holder, token);
      end();
      return token;
    }, end);
    const search: Search = { wait, unwanted };
    this.#searches.set(holder.name, search);
    return search;
  }

  #keep({ name }: Holder, token: Token): void {
    this.#tokens.delete(name);
    this.#tokens.set(name, { ...token, renewAt: timeToRenew(token) });
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MAX_TOKENS && oldest !== undefined) this.#tokens.delete(oldest);
  }
}
