import { createReadStream, fstatSync, statSync, type Stats } from "node:fs";
import { addAbortSignal, type Readable } from "node:stream";
import type { Clock } from "../scheduler/clock.js";
import type { ProcessIO } from "../process-io.js";
import { readLines } from "../read-lines.js";
import { errorMessage, safeText } from "../text.js";
import { UsageError } from "../usage-error.js";
import { readArguments, readOrders, type Input } from "./read-orders.js";

const SILENCE_MS = 5000;

/** Where the orders come from. */
export interface Source {
  /** What messages call it. */
  readonly name: string;
  /** The file that is read, if it is one. */
  readonly file: Stats | undefined;
  /**
   * Reads it to its end.
   *
   * @param onSilence called when nothing has come for a while
   * @throws UsageError if it cannot be read, or is something else than orders
   */
  readonly read: (signal: AbortSignal, onSilence: () => void, clock: Clock) => Promise<Input>;
}

/** @throws UsageError unless there is exactly one source */
export function findSource(orderIds: readonly string[], file: string | undefined, io: ProcessIO): Source | undefined {
  if (file !== undefined) {
    if (orderIds.length > 0) throw new UsageError("--orders names the file of the orders, so no order id is allowed");
    const name = `--orders ${safeText(file)}`;
    return stream(
      name,
      () => createReadStream(file),
      () => statSync(file),
    );
  }
  // Standard input is read only on request. Its not being a terminal proves nothing: in cron, CI and child processes,
  // nobody may ever write to it or close it.
  if (!orderIds.includes("-"))
    return orderIds.length === 0
      ? undefined
      : { name: "the command line", file: undefined, read: () => Promise.resolve(readArguments(orderIds)) };
  if (orderIds.length > 1)
    throw new UsageError("- reads the order ids from standard input, so no other order id is allowed");
  return stream(
    "standard input",
    () => io.stdin,
    () => fstatSync(io.stdin.fd ?? -1),
  );
}

function stream(name: string, open: () => Readable, stat: () => Stats): Source {
  return {
    name,
    file: statsOf(stat),
    async read(signal, onSilence, clock) {
      try {
        return await readOrders(readLines(watch(addAbortSignal(signal, open()), onSilence, clock)), name);
      } catch (error) {
        if (signal.aborted || error instanceof UsageError) throw error;
        throw new UsageError(`${name} cannot be read: ${errorMessage(error)}`);
      }
    },
  };
}

/** Says once that nothing comes. */
async function* watch(chunks: AsyncIterable<Buffer>, onSilence: () => void, clock: Clock): AsyncGenerator<Buffer> {
  let cancel = clock.after(SILENCE_MS, onSilence);
  try {
    for await (const chunk of chunks) {
      cancel();
      yield chunk;
    }
  } finally {
    cancel();
  }
}

/** Whether results are written to the file that is read. */
export function isWrittenTo({ file }: Source, results: string | undefined, io: ProcessIO): boolean {
  const written = statsOf(() => (results === undefined ? fstatSync(io.stdout.fd ?? -1) : statSync(results)));
  return Boolean(file?.isFile() && written?.isFile() && file.dev === written.dev && file.ino === written.ino);
}

function statsOf(stat: () => Stats): Stats | undefined {
  try {
    return stat();
  } catch {
    return undefined;
  }
}
