import type { AccessToken } from "../../index.js";
import type { Order } from "./order.js";

/** Whose token orders are sent with: a user of the input, or the run itself. Knows what concerns all these orders. */
export class User {
  /** How many orders have no result yet. */
  left = 0;
  /** Orders that wait until the user is no longer blocked. */
  readonly parked: Order[] = [];
  /** When the `Retry-After` of a 429 is over. */
  waitsUntil = 0;
  /** Why none of the orders can be sent. */
  failure: { readonly error: unknown } | undefined;

  readonly #id: string | undefined;
  readonly #tokenOf: (id: string | undefined) => AccessToken;
  #source: AccessToken | undefined;
  #token: string | undefined;
  #rejected: string | undefined;
  #isReplacement = false; // Whether the token replaces a rejected one, and has not worked yet.
  #goesFirst = false;
  #isAlone = false;

  constructor(id: string | undefined, tokenOf: (id: string | undefined) => AccessToken) {
    this.#id = id;
    this.#tokenOf = tokenOf;
  }

  /** Whether the next request has to be one for a token. */
  get needsToken(): boolean {
    return typeof this.#tokenSource !== "string" && this.#token === undefined;
  }

  get #tokenSource(): AccessToken {
    return (this.#source ??= this.#tokenOf(this.#id));
  }

  isBlocked(now: number): boolean {
    return !this.failure && (this.#isAlone || now < this.waitsUntil);
  }

  /**
   * Starts a request. For a token, and after a wait, it is the user's only one.
   *
   * @returns a function to call when it has ended
   */
  start(): () => void {
    const isAlone = this.needsToken || this.#goesFirst;
    this.#isAlone ||= isAlone;
    this.#goesFirst = false;
    return () => {
      if (isAlone) this.#isAlone = false;
    };
  }

  /** After that time, one order goes first. */
  waitUntil(time: number): void {
    this.waitsUntil = Math.max(this.waitsUntil, time);
    this.#goesFirst = true;
  }

  /** Returns the token, which is requested if needed. @throws AccessTokenError, or the reason of the signal */
  async getToken(signal: AbortSignal): Promise<string> {
    const source = this.#tokenSource;
    if (typeof source === "string") return source;
    const rejected = this.#rejected;
    this.#token = await source(rejected === undefined ? { signal } : { signal, rejected });
    this.#rejected = undefined;
    if (rejected !== undefined) this.#isReplacement = true;
    return this.#token;
  }

  tokenAccepted(token: string): void {
    if (token === this.#token) this.#isReplacement = false;
  }

  /** @returns whether the order may be sent with another token */
  tokenRejected(token: string): boolean {
    if (token !== this.#token) return typeof this.#source !== "string"; // There is a newer one by now.
    if (this.#isReplacement) return false;
    this.#token = undefined;
    this.#rejected = token;
    return true;
  }
}
