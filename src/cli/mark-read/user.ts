import type { AccessToken } from "../../index.js";

const FAILURES_IN_A_ROW = 8;

/** Whose token orders are sent with: a user of the input, or the run itself. */
export class User {
  /** How many orders have no result yet. */
  left = 0;
  /** Why none of the orders can be sent. */
  failure: { readonly error: unknown } | undefined;
  readonly #tokenOf: () => AccessToken;
  #tokenSource: AccessToken | undefined;
  #token: string | undefined;
  #rejectedToken: string | undefined; // Until the token that replaces it has worked.
  #waitsUntil = 0; // The `Retry-After` of a 429.
  #goesFirst = false; // Whether the next request has to be the only one.
  #isAlone = false; // Whether one in flight is.
  #failures = 0; // In a row.

  constructor(tokenOf: () => AccessToken) {
    this.#tokenOf = tokenOf;
  }

  /** Asked for when it is needed, since there may be many users. */
  get #source(): AccessToken {
    return (this.#tokenSource ??= this.#tokenOf());
  }

  /** When the next request may be sent; `Infinity` while one has to end first. */
  get readyAt(): number {
    if (this.failure) return 0;
    return this.#isAlone ? Infinity : this.#waitsUntil;
  }

  /** Whether the next request has to be one for a token. */
  get needsToken(): boolean {
    return typeof this.#source !== "string" && this.#token === undefined;
  }

  /** Starts a request, alone if it is for a token or the first after a wait. Returns what to call when it has ended. */
  start(): () => void {
    const isAlone = this.needsToken || this.#goesFirst;
    this.#isAlone ||= isAlone;
    this.#goesFirst = false;
    return () => (this.#isAlone &&= !isAlone);
  }

  /** After that time, one order goes first. */
  waitUntil(time: number): void {
    this.#waitsUntil = Math.max(this.#waitsUntil, time);
    this.#goesFirst = true;
  }

  /** After eight failures in a row, the user's orders go one at a time, so that they take one place at most. */
  failed(now: number): void {
    this.#failures += 1;
    if (this.#failures >= FAILURES_IN_A_ROW) this.waitUntil(now);
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** Returns the token, which is requested if needed. @throws AccessTokenError, or the reason of the signal */
  async getToken(signal: AbortSignal): Promise<string> {
    const source = this.#source;
    if (typeof source === "string") return source;
    const rejected = this.needsToken ? this.#rejectedToken : undefined;
    return (this.#token = await source(rejected === undefined ? { signal } : { signal, rejected }));
  }

  tokenAccepted(token: string): void {
    if (token === this.#token) this.#rejectedToken = undefined;
  }

  /** @returns whether the order may be sent with another token */
  tokenRejected(token: string): boolean {
    if (typeof this.#source === "string") return false;
    if (token !== this.#token) return true; // There is a newer one by now.
    if (this.#rejectedToken !== undefined) return false;
    [this.#token, this.#rejectedToken] = [undefined, token];
    return true;
  }
}
