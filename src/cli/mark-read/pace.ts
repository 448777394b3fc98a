const SLOWER = 0.7;
const GROWTH_PER_SUCCESS = 0.2;
const WINDOW_MS = 1000;
const MIN_MEASURED_MS = 100;
const MAX_CATCH_UP_MS = 10; // Timers are late by a millisecond or more.

/**
 * How fast to send: no faster than the operator allows, and where the API's own rate limit is lower, as fast as possible
 * until it is overloaded, then at 0.7 of what it last took in a second, and a little faster with each success.
 *
 * Requests are evenly spaced: in any time `t` there are at most `rate * (t + 10 ms) + 1`. After a pause, such as that of
 * a frozen process, nothing is caught up on.
 */
export class Pace {
  readonly #maxPerSecond: number;
  #perSecond = Infinity;
  #nextAt = 0;
  #window = { startedAt: performance.now(), successes: 0, before: 0 };

  constructor(maxPerSecond: number) {
    this.#maxPerSecond = maxPerSecond;
  }

  /** How long the next request must wait. */
  waitMs(): number {
    return this.#nextAt - performance.now();
  }

  admitted(): void {
    const intervalMs = 1000 / Math.min(this.#perSecond, this.#maxPerSecond);
    this.#nextAt = Math.max(this.#nextAt, performance.now() - MAX_CATCH_UP_MS) + intervalMs;
  }

  succeeded(): void {
    this.#perSecond += GROWTH_PER_SUCCESS;
    this.#slide();
    this.#window.successes += 1;
  }

  overloaded(): void {
    this.#slide();
    const { startedAt, successes, before } = this.#window;
    const seconds = Math.max(MIN_MEASURED_MS, performance.now() - startedAt) / 1000;
    this.#perSecond = Math.max(1, SLOWER * Math.max(successes / seconds, before));
  }

  /** Starts a new window if the last one is over. */
  #slide(): void {
    const elapsed = performance.now() - this.#window.startedAt;
    if (elapsed < WINDOW_MS) return;
    const before = elapsed < 2 * WINDOW_MS ? this.#window.successes : 0;
    this.#window = { startedAt: performance.now(), successes: 0, before };
  }
}
