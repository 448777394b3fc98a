const ORDERS_TO_OPEN = 8;
const FIRST_TRIAL_MS = 1000;
const MAX_TRIAL_MS = 60_000;

/** A failure of an order that had not failed before. */
export interface FirstFailure {
  /** Whose order it was. */
  readonly user: unknown;
  /** Whether several users have orders left. Then one user alone cannot open the breaker. */
  readonly hasSeveralUsers: boolean;
  readonly retryAfterMs: number;
}

/**
 * Tells an outage of the API from orders that fail by themselves. It is closed while requests succeed. It opens when
 * eight orders in a row have failed for the first time; then only trials may be sent, one at a time. One that succeeds
 * closes it.
 */
export class CircuitBreaker {
  #row: { readonly startedAt: number; readonly users: Set<unknown>; failures: number } | undefined;
  #open: { trialAt: number; delayMs: number } | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** When the next trial may be sent; `undefined` while closed. */
  get trialAt(): number | undefined {
    return this.#open?.trialAt;
  }

  /** When the first of the failures in a row happened; `undefined` without one. */
  get failingSince(): number | undefined {
    return this.#row?.startedAt;
  }

  /** Any response of the API that is not a failure. */
  succeeded(): void {
    this.#row = undefined;
    this.#open = undefined;
  }

  /** @returns whether it has opened */
  failed({ user, hasSeveralUsers, retryAfterMs }: FirstFailure, now: number): boolean {
    if (this.#open) return false; // It was sent before.
    this.#row ??= { startedAt: now, users: new Set(), failures: 0 };
    this.#row.failures += 1;
    this.#row.users.add(user);
    if (this.#row.failures < ORDERS_TO_OPEN || (hasSeveralUsers && this.#row.users.size < 2)) return false;
    this.#open = { delayMs: FIRST_TRIAL_MS, trialAt: now + Math.max(FIRST_TRIAL_MS, retryAfterMs) };
    return true;
  }

  trialFailed(now: number): void {
    if (!this.#open) return; // The response to an earlier request has closed it.
    const delayMs = Math.min(2 * this.#open.delayMs, MAX_TRIAL_MS);
    this.#open = { delayMs, trialAt: now + delayMs };
  }
}
