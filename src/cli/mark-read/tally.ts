import { errorMessage, failureKind, safeText } from "../text.js";
import { formatDuration, formatRate } from "../duration.js";
import type { Outcome } from "./send-order.js";

/** The progress of a run. */
export class Tally {
  done = 0;
  failed = 0;
  /** Orders that an earlier run has done, which are not sent again. */
  doneBefore = 0;
  /** Orders that were taken from the input. */
  taken = 0;
  /** Requests without a response so far. */
  inFlight = 0;
  /** The number of all orders; `undefined` while unknown. */
  total: number | undefined;

  #lowerBounds = 0;
  #printed = 0;
  #lastPrinted = 0; // The position of an order.
  #firstUnfinished = Infinity; // Likewise.
  readonly #failures = new Map<string, { count: number; example: string }>();
  readonly #startedAt = performance.now();
  readonly #unit: "line" | "order id";

  /** @param unit what a position counts */
  constructor(unit: "line" | "order id") {
    this.#unit = unit;
  }

  count(orderId: string | null, outcome: Outcome): void {
    if ("error" in outcome) {
      this.failed += 1;
      const kind = failureKind(outcome.error);
      const example = `${orderId === null ? "" : `${safeText(orderId)}: `}${errorMessage(outcome.error)}`;
      const { count, example: first } = this.#failures.get(kind) ?? { count: 0, example };
      this.#failures.set(kind, { count: count + 1, example: first });
    } else {
      this.done += 1;
      if (outcome.attempts > 1) this.#lowerBounds += 1;
    }
  }

  countPrinted(position: number): void {
    this.#printed += 1;
    this.#lastPrinted = position;
  }

  countUnfinished(position: number): void {
    this.#firstUnfinished = Math.min(this.#firstUnfinished, position);
  }

  get finishedPerSecond(): number {
    return ((this.done + this.failed) * 1000) / Math.max(1, performance.now() - this.#startedAt);
  }

  /** The outcome of the run: a line, one more for each kind of failure, and where to resume. */
  summary(): string[] {
    const { done, failed, doneBefore, inFlight, total } = this;
    const left = total === undefined ? undefined : total - done - failed - inFlight;
    const counts = [
      `${done} done${this.#lowerBounds > 0 ? ` (${this.#lowerBounds} with a count that is a lower bound)` : ""}`,
      `${failed} failed`,
      ...(doneBefore > 0 ? [`${doneBefore} already done`] : []),
      ...(inFlight > 0 ? [`${inFlight} sent without a response`] : []),
      ...(left === undefined ? ["the rest not read"] : left > 0 ? [`${left} left`] : []),
    ];
    const duration = formatDuration(performance.now() - this.#startedAt);
    const resumeAt = this.#printed === total ? undefined : Math.min(this.#lastPrinted + 1, this.#firstUnfinished);
    const how = this.#unit === "line" ? ` (tail -n +${resumeAt})` : "";
    return [
      `${counts.join(", ")} in ${duration} (${formatRate(this.finishedPerSecond)})`,
      ...Array.from(this.#failures, ([kind, { count, example }]) => `  ${count} × ${kind}, such as ${example}`),
      // Results come in input order, so one number is enough. Later orders that already have a result are sent again.
      ...(resumeAt === undefined ? [] : [`resume with ${this.#unit} ${resumeAt}${how}`]),
    ];
  }
}
