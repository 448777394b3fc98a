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
  readonly #elapsedMs: () => number;
  readonly #kinds = new Map<string, { count: number; readonly example: string }>();

  constructor(clock: Clock) {
    const startedAt = clock.now();
    this.#elapsedMs = () => clock.now() - startedAt;
  }

  get perSecond(): number {
    return ((this.done + this.failed) * 1000) / Math.max(1, this.#elapsedMs());
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
    const time = `${formatDuration(this.#elapsedMs())} (${formatRate(this.perSecond)})`;
    const others = Object.entries(further).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
    return [
      `${this.done} done${lowerBounds}, ${this.failed} failed in ${time}${others.length > 0 ? `; ${others.join(", ")}` : ""}`,
      ...Array.from(this.#kinds, ([kind, { count, example }]) => `  ${count} × ${safeText(kind)}, such as ${example}`),
    ];
  }
}
