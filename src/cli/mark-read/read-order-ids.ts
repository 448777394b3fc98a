import { addAbortSignal, type Readable } from "node:stream";

const MAX_CHARACTERS = 4096;

/** An order id, and where it was given: its number among the arguments, or its line. */
export interface GivenOrderId {
  readonly orderId: string;
  readonly position: number;
}

export async function* orderIdsOf(args: readonly string[]): AsyncGenerator<GivenOrderId> {
  for (const [index, orderId] of args.entries()) yield { orderId, position: index + 1 };
}

/**
 * Reads one order id per line, as they are asked for. White space around an order id is dropped, and so are empty lines.
 * Of a line that is too long only the beginning is kept, long enough for {@link assertReadable} to see.
 *
 * @param signal ends the reading, also while it waits for input
 */
export async function* orderIdsFrom(input: Readable, signal: AbortSignal): AsyncGenerator<GivenOrderId> {
  let position = 0;
  let unfinished = "";
  try {
    // With an encoding set, chunks are texts, and never end in the middle of a character.
    for await (const chunk of addAbortSignal(signal, input.setEncoding("utf8")) as AsyncIterable<string>) {
      const lines = (unfinished + chunk).split("\n");
      unfinished = (lines.pop() ?? "").slice(0, MAX_CHARACTERS + 1);
      for (const line of lines) {
        position += 1;
        const orderId = tidy(line);
        if (orderId !== "") yield { orderId, position };
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  const orderId = tidy(unfinished);
  if (orderId !== "") yield { orderId, position: position + 1 };
}

// A line that was cut is left too long, white space included: what remains without it could be another order's id.
function tidy(line: string): string {
  return line.length > MAX_CHARACTERS ? line.slice(0, MAX_CHARACTERS + 1) : line.trim();
}

/**
 * Refuses what was not read as it was written, and would be another order's id.
 *
 * @throws TypeError
 */
export function assertReadable(orderId: string): void {
  if (orderId.length > MAX_CHARACTERS)
    throw new TypeError(`orderId must not be longer than ${MAX_CHARACTERS} characters`);
  if (orderId.includes("\uFFFD")) throw new TypeError("orderId must be UTF-8");
}
