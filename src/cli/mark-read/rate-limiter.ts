// As in the adaptive mode of the AWS SDKs: after a rejection 70 % of the rate, then the cubic way back.
// https://github.com/smithy-lang/smithy-typescript/blob/main/packages/util-retry/src/DefaultRateLimiter.ts
const BETA = 0.7;
const SCALE = 0.4;
const SMOOTHING = 0.8;
const MIN_RATE = 0.5;
const MEASURED_MS = 500;

const MAX_CATCH_UP_MS = 10; // Timers are late by a millisecond or more.
const COMMON_LIMIT_MS = 10_000; // Two users who get a 429 within this time have met a limit of all users.

/**
 * Spaces requests evenly: at `maxPerSecond`, and slower once the API has rejected a request with a 429. In any time `t`
 * there are at most `rate * (t + 10 ms) + 1` requests.
 */
export class RateLimiter {
  /** When the next request may be sent. */
  nextAt: number;
  readonly #maxPerSecond: number;
  #perSecond = Infinity; // The adaptive rate.
  #rateBefore = 0; // Before it was last lowered.
  #loweredAt = 0;
  #rejected: { readonly user: unknown; readonly at: number } | undefined;
  #measured = 0; // The rate lately, but for the requests since `#measuredAt`.
  #measuredAt: number;
  #requests = 0;

  constructor(maxPerSecond: number, now: number) {
    this.#maxPerSecond = maxPerSecond;
    this.nextAt = this.#measuredAt = now;
  }

  /** Counts a request that is sent now. */
  take(now: number): void {
    const elapsedMs = now - this.#measuredAt;
    if (elapsedMs >= MEASURED_MS) {
      this.#measured = SMOOTHING * ((this.#requests * 1000) / elapsedMs) + (1 - SMOOTHING) * this.#measured;
      [this.#measuredAt, this.#requests] = [now, 0];
    }
    this.#requests += 1;
    const rate = Math.min(this.#perSecond, this.#maxPerSecond);
    this.nextAt = Math.max(this.nextAt, now - MAX_CATCH_UP_MS) + 1000 / rate;
  }

  /** The API rejected a request with a 429. A limit that only one of several users has met does not slow down the others. */
  rejected(now: number, user: unknown, hasSeveralUsers: boolean): void {
    const last = this.#rejected;
    this.#rejected = { user, at: now };
    if (hasSeveralUsers && (!last || last.user === user || now - last.at >= COMMON_LIMIT_MS)) return;
    [this.#rateBefore, this.#loweredAt] = [Math.min(this.#rate(now), this.#perSecond), now];
    this.#perSecond = Math.max(MIN_RATE, BETA * this.#rateBefore);
  }

  /** The API did not reject a request. */
  accepted(now: number): void {
    if (this.#perSecond === Infinity) return;
    const recoveryS = Math.cbrt((this.#rateBefore * (1 - BETA)) / SCALE);
    const cubic = SCALE * ((now - this.#loweredAt) / 1000 - recoveryS) ** 3 + this.#rateBefore;
    this.#perSecond = Math.max(MIN_RATE, Math.min(cubic, 2 * this.#rate(now)));
  }

  #rate(now: number): number {
    return this.#measured || (this.#requests * 1000) / Math.max(MEASURED_MS, now - this.#measuredAt);
  }
}
