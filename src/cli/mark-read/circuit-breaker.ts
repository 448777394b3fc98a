const ORDERS_TO_OPEN = 8;
const FIRST_TRIAL_MS = 1000;
const MAX_TRIAL_MS = 60_000;
// How many failures of a single user open it, by what the orders of others can tell: if one can be sent, it has to fail, too.
const ORDERS_OF_ONE_USER = { none: ORDERS_TO_OPEN, waiting: 2 * ORDERS_TO_OPEN, ready: Infinity };
const MAX_SENT = 1000; // A row may begin that far back.

/** Whether other users have orders left, and whether one that was not sent yet could be. */
export type OtherUsers = keyof typeof ORDERS_OF_ONE_USER;

/** A request, as far as it tells whether the API is well. */
export interface SentRequest {
  readonly user: unknown;
  /** Whether it is the first one for its order. */
  readonly isFirst: boolean;
  /** The failures that have opened the breaker whose trial it is. */
  readonly trialOf: readonly SentRequest[] | undefined;
  /** `undefined` while it is in flight. */
  failedAt?: number;
}

/**
 * Tells an outage of the API from orders that fail by themselves. It opens when eight orders in a row, as they were sent,
 * have failed for the first time. While several users have orders left, these must be orders of two, or sixteen of one
 * while none of another can be sent. Then only trials may be sent, one at a time, until a request succeeds. A success says
 * nothing of what was sent after it: a slow one neither ends a row that began in the meantime, nor closes the breaker.
 */
export class CircuitBreaker {
  #sent: SentRequest[] = []; // Since the last one that succeeded, the oldest first.
  #open: { readonly row: readonly SentRequest[]; readonly delayMs: number; readonly trialAt: number } | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** When the next request may be sent: at once while it is closed; `Infinity` while a trial is in flight. */
  get readyAt(): number {
    if (!this.#open) return 0;
    const { row, trialAt } = this.#open;
    return this.#sent.some(({ trialOf, failedAt }) => trialOf === row && failedAt === undefined) ? Infinity : trialAt;
  }

  /** When the first failure of the row happened; `Infinity` while it is closed. */
  get failingSince(): number {
    return Math.min(...(this.#open?.row ?? []).map(({ failedAt = Infinity }) => failedAt));
  }

  /** Notes that a request is sent now. */
  sent(user: unknown, isFirst: boolean): SentRequest {
    const request: SentRequest = { user, isFirst, trialOf: this.#open?.row };
    this.#sent = [...this.#sent.slice(-MAX_SENT), request];
    return request;
  }

  /** Takes any response of the API that is not a failure. */
  succeeded(request: SentRequest): void {
    this.#sent = this.#sent.slice(this.#sent.indexOf(request) + 1);
    if (this.#open?.row.some((failure) => !this.#sent.includes(failure))) this.#open = undefined;
  }

  /**
   * @param others whether orders of other users could show that only this user's fail
   * @returns whether it has opened, or stays open after a trial
   */
  failed(request: SentRequest, now: number, retryAfterMs: number, others: () => OtherUsers): boolean {
    request.failedAt = now;
    if (this.#open && request.trialOf !== this.#open.row) return false; // It was sent before.
    const row = this.#open?.row ?? this.#findRow(others);
    if (!row) return false;
    const delayMs = this.#open ? Math.min(2 * this.#open.delayMs, MAX_TRIAL_MS) : FIRST_TRIAL_MS;
    this.#open = { row, delayMs, trialAt: now + Math.max(delayMs, this.#open ? 0 : retryAfterMs) };
    return true;
  }

  /** The failures in a row, once they are eight more than the requests in between that are in flight and may succeed. */
  #findRow(others: () => OtherUsers): readonly SentRequest[] | undefined {
    let minOfOneUser: number | undefined;
    let row: SentRequest[] = [];
    let inFlight = 0;
    for (const request of this.#sent) {
      if (request.failedAt === undefined) inFlight += 1;
      else if (request.isFirst) row.push(request);
      if (row.length <= inFlight) [row, inFlight] = [[], 0];
      if (row.length - inFlight < ORDERS_TO_OPEN) continue;
      minOfOneUser ??= ORDERS_OF_ONE_USER[others()];
      if (row.length - inFlight >= minOfOneUser || new Set(row.map(({ user }) => user)).size > 1) return row;
    }
    return undefined;
  }
}
