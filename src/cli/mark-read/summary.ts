import type { Clock } from "../clock.js";
import { formatDuration, formatRate } from "../duration.js";
import { errorMessage, failureKind, safeText } from "../text.js";
import type { Order, Outcome } from "./order.js";

const MAX_KINDS = 10; // A server chooses the codes, so it could choose the length of the summary.
const OTHER_KINDS = "other kinds";

/** Counts what became of the orders of a run. */
export class Summary {
  done = 0;
  failed = 0;
  #lowerBounds = 0;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #kinds = new Map<string, { count: number; readonly example: string }>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  get perSecond(): number {
    return ((this.done + this.failed) * 1000) / Math.max(1, this.#clock.now() - this.#startedAt);
  }

  /** @param order `undefined` for a line of the input that cannot be sent */
  add(order: Order | undefined, outcome: Outcome): void {
    if ("data" in outcome) {
      this.done += 1;
      if (order?.mayBeMarked) this.#lowerBounds += 1;
      return;
    }
    this.failed += 1;
    const kind = failureKind(outcome.error);
    const group = this.#kinds.has(kind) || this.#kinds.size < MAX_KINDS - 1 ? kind : OTHER_KINDS;
    const example = `${order ? `${safeText(order.orderId)}: ` : ""}${errorMessage(outcome.error)}`;
    const known = this.#kinds.get(group) ?? { count: 0, example };
    this.#kinds.set(group, { ...known, count: known.count + 1 });
  }

  /** @param further counts, such as `{ left: 3 }`; none that is 0 is shown */
  lines(further: Readonly<Record<string, number>>): string[] {
    const lowerBounds = this.#lowerBounds > 0 ? ` (${this.#lowerBounds} with a count that is a lower bound)` : "";
    const duration = formatDuration(this.#clock.now() - this.#startedAt);
    const total = `${this.done} done${lowerBounds}, ${this.failed} failed in ${duration} (${formatRate(this.perSecond)})`;
    const others = Object.entries(further).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
    const kinds = Array.from(
      this.#kinds,
      ([kind, { count, example }]) => `  ${count} × ${safeText(kind)}, such as ${example}`,
    );
    return [others.length > 0 ? `${total}; ${others.join(", ")}` : total, ...kinds];
  }
}
