import { delay } from "../../timers.js";
import type { Failure } from "./failure.js";
import type { Gate, Pass, Standing } from "./gate.js";

// An id that fails while others succeed is sent three times.
const MAX_SENDS = 3;
const RESEND_MS = 250;

type Setback = Extract<Failure, { concerns: "moment" }>;

/** Finds out whether the API fails for all order ids, or for one alone. */
export class Suspicion {
  /** How to send the id next. */
  standing: Standing = "fresh";

  readonly #gate: Gate;
  #sends = 0;
  #failures = 0; // Failures that may be the id's own fault.
  #successes = 0; // Successes of other ids up to the last failure.

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /**
   * Hands the pass back, and waits until the id may be sent again.
   *
   * @returns whether the id fails alone and must not be sent again
   */
  async failsAlone(pass: Pass, { setback, status }: Setback, signal: AbortSignal): Promise<boolean> {
    const gate = this.#gate;
    const othersSucceed = gate.successes > this.#successes;
    this.#successes = gate.successes;
    if (this.standing === "fresh") this.standing = "repeated";
    this.#sends += 1;

    // A rate limit says nothing about the id, and neither does its first failure.
    const isRateLimit = status === 429 || setback.retryAfterMs !== undefined;
    if (!isRateLimit && gate.hasWaitedInVain) {
      gate.failedInVain(pass, setback);
      return this.#sends >= MAX_SENDS;
    }
    if (isRateLimit || this.#failures === 0) {
      if (!isRateLimit) this.#failures = 1;
      gate.failed(pass, setback, true);
      return false;
    }

    // A 500 comes from the API itself. Without other ids to compare with, it is the best sign that the id is the cause.
    if (status === 500) {
      gate.failed(pass, setback, !othersSucceed);
      if (othersSucceed || gate.isIdle) this.#failures += 1;
      if (this.#failures === MAX_SENDS) return true;
      if (othersSucceed) await delay(RESEND_MS * 2 ** this.#failures, signal).catch(() => {});
      return false;
    }

    // An overload or a restart hits some ids and not others, so an id is sent alone before we give up on it.
    if (this.standing === "suspect" && pass.isProbe) {
      const failsAlone = await gate.failedAlone(pass, setback);
      this.standing = "repeated";
      return failsAlone;
    }
    if (othersSucceed) this.standing = "suspect";
    gate.failed(pass, setback, true);
    return false;
  }
}
