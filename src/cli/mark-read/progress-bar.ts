import { formatDuration, formatRate } from "../duration.js";

const MAX_BAR_WIDTH = 30;
const MIN_BAR_WIDTH = 10;
const DEFAULT_COLUMNS = 80; // Some terminals report no width, or 0.

/** The progress of a run. */
export interface Progress {
  readonly done: number;
  readonly failed: number;
  /** `undefined` while unknown. */
  readonly total: number | undefined;
  readonly finishedPerSecond: number;
}

/** The part of a terminal that a progress bar needs. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A bar on the last line of a terminal. Erase it before writing anything else. */
export class ProgressBar {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** @param note what to show instead of the remaining time */
  draw(progress: Progress, note = ""): void {
    const line = progressLine(progress, note, this.#screen.columns || DEFAULT_COLUMNS);
    this.#screen.write(`\r${line}\x1b[K`);
  }

  erase(): void {
    this.#screen.write("\r\x1b[K");
  }
}

/** Whether a stream is a terminal on which a line can be erased. */
export function canErase({ isTTY }: Screen, term: string | undefined): boolean {
  return isTTY === true && term !== "dumb";
}

/** As much as fits on one line. The last column stays empty, because some terminals break the line after it. */
export function progressLine(
  { done, failed, total, finishedPerSecond }: Progress,
  note: string,
  columns: number,
): string {
  const finished = done + failed;
  const isKnown = total !== undefined && finished > 0 && finished < total;
  const parts = [
    `${done} done, ${failed} failed${total === undefined ? "" : ` of ${total}`}`,
    ...(finished > 0 ? [formatRate(finishedPerSecond)] : []),
    ...(note ? [note] : isKnown ? [`${formatDuration(((total - finished) * 1000) / finishedPerSecond)} left`] : []),
  ];
  const text = parts.join(", ");
  const width = Math.min(columns - 1 - `[] ${text}`.length, MAX_BAR_WIDTH);
  if (!total || width < MIN_BAR_WIDTH) return text.slice(0, columns - 1);
  const filled = Math.floor((width * finished) / total);
  return `[${"#".repeat(filled)}${"-".repeat(width - filled)}] ${text}`;
}
