import { stylerFor } from "../colors.js";
import { formatDuration } from "../duration.js";
import { errorMessage, failureKind } from "../text.js";
import type { ProcessIO } from "../process-io.js";
import type { Setback } from "./gate.js";
import { canErase, ProgressBar } from "./progress-bar.js";
import type { Tally } from "./tally.js";

// A shorter wait is not worth a line in a log.
const LONG_WAIT_MS = 5000;
const REDRAW_MS = 1000;

/** What a run writes to standard error: lines, and on a terminal a progress bar. */
export class Display {
  readonly #stderr: ProcessIO["stderr"];
  readonly #tally: Tally;
  readonly #style: ReturnType<typeof stylerFor>;
  #bar: ProgressBar | undefined;
  #hold: { readonly until: number; readonly kind: string } | undefined;
  #isHoldSaid = false;
  readonly #redraw: NodeJS.Timeout | undefined;

  /** @param isTyped whether somebody types the input, which a bar would overwrite */
  constructor(io: Pick<ProcessIO, "stderr" | "env">, tally: Tally, isTyped: boolean) {
    this.#stderr = io.stderr;
    this.#tally = tally;
    this.#style = stylerFor(io.stderr, io);
    if (canErase(io.stderr, io.env["TERM"]) && !isTyped) this.#bar = new ProgressBar(io.stderr);
    if (this.#bar) this.#redraw = setInterval(() => this.update(), REDRAW_MS).unref();
  }

  get hasBar(): boolean {
    return this.#bar !== undefined;
  }

  say(...lines: readonly string[]): void {
    this.erase();
    for (const line of lines) this.#stderr.write(`${this.#style("bold", "instacart-chat:")} ${line}\n`);
    this.update();
  }

  update(): void {
    const hold = this.#hold;
    const waitMs = hold ? Math.max(0, hold.until - performance.now()) : 0;
    this.#bar?.draw(this.#tally, hold ? `waiting ${formatDuration(waitMs)} (${hold.kind})` : "");
  }

  erase(): void {
    this.#bar?.erase();
  }

  /** Removes the bar; `say` still works. */
  close(): void {
    clearInterval(this.#redraw);
    this.erase();
    this.#bar = undefined;
  }

  hold({ error }: Setback, waitMs: number, heldMs: number): void {
    this.#hold = { until: performance.now() + waitMs, kind: failureKind(error) };
    if (!this.#bar && !this.#isHoldSaid && heldMs + waitMs >= LONG_WAIT_MS) {
      this.#isHoldSaid = true;
      this.say(`waiting for the API (${errorMessage(error)}), next try in ${formatDuration(waitMs)}`);
    }
    this.update();
  }

  open(heldMs: number): void {
    this.#hold = undefined;
    if (this.#isHoldSaid) this.say(`continuing after ${formatDuration(heldMs)}`);
    this.#isHoldSaid = false;
  }
}
