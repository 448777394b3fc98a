import { addAbortSignal, type Readable } from "node:stream";
import { assertKnownFormat, isHeader } from "./input-format.js";
import { LineError, MAX_LINE_CHARACTERS, parseLine, readOrder, type Order } from "./order-line.js";

/** An order, or why it cannot be read, and its position: the number of the argument or of the line. */
export interface Entry {
  readonly position: number;
  readonly order: Order | LineError;
}

export async function* readArguments(orderIds: readonly string[]): AsyncGenerator<Entry> {
  for (const [index, orderId] of orderIds.entries())
    yield { position: index + 1, order: orderOrError(() => readOrder(orderId)) };
}

/**
 * Reads orders line by line, on demand. Skips empty lines and a header.
 *
 * @param signal stops reading, even while waiting for input
 * @param onDone called for each line that is an earlier run's result with a count
 * @throws UsageError if the first line shows that the input cannot be read at all
 */
export async function* readLines(input: Readable, signal: AbortSignal, onDone: () => void): AsyncGenerator<Entry> {
  let isFirst = true;
  for await (const [position, line] of nonEmptyLines(input, signal)) {
    if (isFirst) assertKnownFormat(line);
    const isHeaderLine = isFirst && isHeader(line);
    isFirst = false;
    if (isHeaderLine) continue;
    const order = orderOrError(() => parseLine(line));
    if (order === "done") onDone();
    else yield { position, order };
  }
}

function orderOrError<T>(read: () => T): T | LineError {
  try {
    return read();
  } catch (error) {
    if (error instanceof LineError) return error;
    throw error;
  }
}

/** Lines with their numbers. A line that is too long is cut, but stays long enough to be rejected. */
async function* nonEmptyLines(input: Readable, signal: AbortSignal): AsyncGenerator<[number, string]> {
  let position = 0;
  let unfinished = "";
  try {
    // With an encoding set, chunks are strings and never end in the middle of a character.
    for await (const chunk of addAbortSignal(signal, input.setEncoding("utf8")) as AsyncIterable<string>) {
      const lines = (unfinished + chunk).split("\n");
      unfinished = (lines.pop() ?? "").slice(0, MAX_LINE_CHARACTERS + 1);
      for (const line of lines) {
        position += 1;
        if (!isEmpty(line)) yield [position, tidy(line)];
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  if (!isEmpty(unfinished)) yield [position + 1, tidy(unfinished)];
}

/** A line that was cut is not empty: an order id may follow the white space. */
function isEmpty(line: string): boolean {
  return line.length <= MAX_LINE_CHARACTERS && line.trim() === "";
}

/** Removes a Windows line break, and the byte order mark of the first line. */
function tidy(line: string): string {
  return line.replace(/^\uFEFF/, "").replace(/\r$/, "");
}
