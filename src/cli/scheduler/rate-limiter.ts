import type { Clock } from "./clock.js";

// As in the adaptive mode of the AWS SDKs: after a rejection 70 % of the rate, then the cubic way back.
// https://github.com/smithy-lang/smithy-typescript/blob/main/packages/util-retry/src/DefaultRateLimiter.ts
const BETA = 0.7;
const SCALE = 0.4;
const SMOOTHING = 0.8;
const MIN_RATE = 0.5;
const BUCKET_S = 0.5;

const MAX_CATCH_UP_MS = 10; // Timers are late by a millisecond or more.

/**
 * Spaces requests evenly: at `maxPerSecond`, and slower once the API has rejected a request with a 429. In any time `t`
 * there are at most `rate * (t + 10 ms) + 1` requests.
 */
export class RateLimiter {
  readonly #maxPerSecond: number;
  readonly #clock: Clock;
  #perSecond = Infinity; // The adaptive rate.
  #nextAt: number;
  #rejectedAt = 0;
  #rateBefore = 0; // When a request was last rejected.
  #measured = 0;
  #bucket: { startedAt: number; requests: number };

  constructor(maxPerSecond: number, clock: Clock) {
    this.#maxPerSecond = maxPerSecond;
    this.#clock = clock;
    this.#nextAt = clock.now();
    this.#bucket = { startedAt: this.#seconds(), requests: 0 };
  }

  /** How long the next request must wait; 0 or less if it need not. */
  waitMs(): number {
    return this.#nextAt - this.#clock.now();
  }

  /** Counts a request that is sent now. */
  take(): void {
    this.#measure();
    const rate = Math.min(this.#perSecond, this.#maxPerSecond);
    this.#nextAt = Math.max(this.#nextAt, this.#clock.now() - MAX_CATCH_UP_MS) + 1000 / rate;
  }

  /** The API rejected a request with a 429. */
  rejected(): void {
    this.#rateBefore = Math.min(this.#rate(), this.#perSecond);
    this.#rejectedAt = this.#seconds();
    this.#perSecond = Math.max(MIN_RATE, BETA * this.#rateBefore);
  }

  /** The API did not reject a request. */
  accepted(): void {
    if (this.#perSecond === Infinity) return;
    const recoveryS = Math.cbrt((this.#rateBefore * (1 - BETA)) / SCALE);
    const cubic = SCALE * (this.#seconds() - this.#rejectedAt - recoveryS) ** 3 + this.#rateBefore;
    this.#perSecond = Math.max(MIN_RATE, Math.min(cubic, 2 * this.#rate()));
  }

  #seconds(): number {
    return this.#clock.now() / 1000;
  }

  #measure(): void {
    const elapsedS = this.#seconds() - this.#bucket.startedAt;
    if (elapsedS >= BUCKET_S) {
      this.#measured = SMOOTHING * (this.#bucket.requests / elapsedS) + (1 - SMOOTHING) * this.#measured;
      this.#bucket = { startedAt: this.#seconds(), requests: 0 };
    }
    this.#bucket.requests += 1;
  }

  /** How many requests were sent in a second lately. */
  #rate(): number {
    const elapsedS = Math.max(BUCKET_S, this.#seconds() - this.#bucket.startedAt);
    return this.#measured || this.#bucket.requests / elapsedS;
  }
}
