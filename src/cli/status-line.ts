import type { Clock } from "./clock.js";
import { formatDuration, formatRate } from "./duration.js";
import type { ProcessIO } from "./process-io.js";

const MAX_BAR_WIDTH = 30;
const MIN_BAR_WIDTH = 10;
const DEFAULT_COLUMNS = 80; // Some terminals report no width, or 0.
const TERMINAL_MS = 1000;
const LOG_MS = 60_000;

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  readonly perSecond: number;
  /** How long nothing can be sent. */
  readonly waitMs: number;
}

/** What a run writes to standard error: messages, and how far it is: a bar in a terminal, a line a minute elsewhere. */
export class StatusLine {
  readonly #stderr: ProcessIO["stderr"];
  readonly #clock: Clock;
  readonly #isQuiet: boolean;
  readonly #hasBar: boolean;
  readonly #prefix: string;
  #progress: (() => Progress) | undefined;
  #cancel = () => {};

  constructor({ stderr, env }: Pick<ProcessIO, "stderr" | "env">, isQuiet: boolean, clock: Clock) {
    const isScreen = stderr.isTTY === true && env["TERM"] !== "dumb";
    this.#stderr = stderr;
    this.#clock = clock;
    this.#isQuiet = isQuiet;
    this.#hasBar = isScreen && !isQuiet;
    this.#prefix = isScreen && !env["NO_COLOR"] ? "\x1b[1minstacart-chat:\x1b[22m" : "instacart-chat:"; // Bold.
  }

  /** Writes lines, unless `--quiet` forbids it. */
  say(...lines: readonly string[]): void {
    if (!this.#isQuiet) this.tell(...lines);
  }

  /** Writes lines that matter even with `--quiet`. */
  tell(...lines: readonly string[]): void {
    this.erase();
    for (const line of lines) this.#stderr.write(`${this.#prefix} ${line}\n`);
    this.draw();
  }

  /** Shows how far the run is, from now on. */
  start(progress: () => Progress): void {
    this.#progress = progress;
    this.draw();
    this.#cancel = this.#clock.after(this.#hasBar ? TERMINAL_MS : LOG_MS, () => {
      if (!this.#hasBar) this.say(progressText(progress()));
      this.start(progress);
    });
  }

  stop(): void {
    this.#cancel();
    this.erase();
    this.#progress = undefined;
  }

  draw(): void {
    if (!this.#hasBar || !this.#progress) return;
    this.#stderr.write(`\r${progressBar(this.#progress(), this.#stderr.columns || DEFAULT_COLUMNS)}\x1b[K`);
  }

  /** Removes the bar, before something else is written to the terminal. */
  erase(): void {
    if (this.#hasBar && this.#progress) this.#stderr.write("\r\x1b[K");
  }
}

function progressText({ done, failed, total, perSecond, waitMs }: Progress, maxCharacters = Infinity): string {
  const finished = done + failed;
  const parts = [`${done} done, ${failed} failed of ${total}`];
  if (waitMs > 0) parts.push(`waiting ${formatDuration(waitMs)}`);
  else if (finished > 0 && finished < total)
    parts.push(`${formatDuration(((total - finished) * 1000) / perSecond)} left`);
  if (finished > 0) parts.push(formatRate(perSecond));
  while (parts.length > 1 && parts.join(", ").length > maxCharacters) parts.pop();
  return parts.join(", ").slice(0, maxCharacters);
}

/** As much as fits on one line. The last column stays empty, because some terminals break the line after it. */
export function progressBar(progress: Progress, columns: number): string {
  const text = progressText(progress, columns - 1);
  const { done, failed, total } = progress;
  const width = Math.min(columns - 1 - `[] ${text}`.length, MAX_BAR_WIDTH);
  if (width < MIN_BAR_WIDTH) return text;
  const filled = Math.floor((width * (done + failed)) / total);
  return `[${"#".repeat(filled)}${"-".repeat(width - filled)}] ${text}`;
}
