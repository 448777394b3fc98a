import { delay } from "../../timers.js";
import type { Failure } from "./failure.js";
import type { Gate, Pass, Standing } from "./gate.js";

// An id that fails while others succeed is sent three times.
const MAX_SENDS = 3;
const RESEND_MS = 250;

type Setback = Extract<Failure, { concerns: "moment" }>;

/** Finds out whether the API fails for all, or for one order id alone. */
export class Suspicion {
  /** How the id is to be sent next. */
  standing: Standing = "fresh";

  readonly #gate: Gate;
  #sends = 0;
  #failures = 0; // Those that may be the id's own fault.
  #successes = 0; // Those of other ids up to the last failure.

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /**
   * Hands the pass back, and waits until the id may be sent again.
   *
   * @returns whether it fails alone, and is not to be sent again
   */
  async failsAlone(pass: Pass, { setback, status }: Setback, signal: AbortSignal): Promise<boolean> {
    const gate = this.#gate;
    const othersSucceed = gate.successes > this.#successes;
    this.#successes = gate.successes;
    if (this.standing === "fresh") this.standing = "repeated";
    this.#sends += 1;

    // A rate limit says nothing of the id, and its first failure nothing yet.
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

    // A 500 is the API's own, and the best sign that it is the id, if there is no other to compare it with.
    if (status === 500) {
      gate.failed(pass, setback, !othersSucceed);
      if (othersSucceed || gate.isIdle) this.#failures += 1;
      if (this.#failures === MAX_SENDS) return true;
      if (othersSucceed) await delay(RESEND_MS * 2 ** this.#failures, signal).catch(() => {});
      return false;
    }

    // An overload or a restart hits some ids and not others, so that an id is sent alone before it is given up.
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
