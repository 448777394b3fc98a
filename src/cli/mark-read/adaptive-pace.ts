const SLOWER = 0.7;
const GROWTH_PER_SUCCESS = 0.2;
const WINDOW_MS = 1000;
const MIN_MEASURED_MS = 100;
const MAX_CATCH_UP_MS = 10; // Timers are late by a millisecond or more.

/**
 * How fast to send to an API whose rate limit is unknown: as fast as possible until it is overloaded, then at 0.7 times
 * the number of requests it last accepted in a second, and a little faster after each success.
 */
export class AdaptivePace {
  #perSecond = Infinity;
  #nextAt = 0;
  #window = { startedAt: performance.now(), successes: 0, before: 0 };

  /** How long the next request must wait. */
  waitMs(): number {
    return this.#nextAt - performance.now();
  }

  admitted(): void {
    this.#nextAt = Math.max(this.#nextAt, performance.now() - MAX_CATCH_UP_MS) + 1000 / this.#perSecond;
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
