import { createReadStream, fstatSync, statSync, type Stats } from "node:fs";
import { addAbortSignal, type Readable } from "node:stream";
import type { Clock } from "../clock.js";
import { signalStatus, UsageError } from "../exit-status.js";
import { onInterrupt } from "../interrupt.js";
import type { ProcessIO } from "../process-io.js";
import { readLines } from "../read-lines.js";
import type { StatusLine } from "../status-line.js";
import { errorMessage, safeText } from "../text.js";
import { readOrders, type Input } from "./read-orders.js";

const SILENCE_MS = 5000;

/** A stream or a file of orders. */
export interface Source {
  /** What messages call it. */
  readonly name: string;
  readonly open: () => Readable;
  readonly stats: Stats | undefined;
}

/** @returns `undefined` if no stream and no file is named. @throws UsageError if there are two sources */
export function findSource(orderIds: readonly string[], file: string | undefined, io: ProcessIO): Source | undefined {
  if (file === "-" && orderIds.length === 0) return findSource(["-"], undefined, io);
  if (file !== undefined) {
    if (orderIds.length > 0) throw new UsageError("--orders names the file of the orders, so no order id is allowed");
    const stats = statsOf(() => statSync(file));
    return { name: `--orders ${safeText(file)}`, open: () => createReadStream(file), stats };
  }
  // Standard input is read only on request. Its not being a terminal proves nothing: in cron, CI and child processes,
  // nobody may ever write to it or close it.
  if (!orderIds.includes("-")) return undefined;
  if (orderIds.length > 1)
    throw new UsageError("- reads the order ids from standard input, so no other order id is allowed");
  return { name: "standard input", open: () => io.stdin, stats: statsOf(() => fstatSync(io.stdin.fd ?? -1)) };
}

/** Reads it to its end. Returns the exit status if a signal ends that. @throws UsageError if it cannot be read */
export async function readSource(
  { name, open, stats }: Source,
  status: StatusLine,
  io: ProcessIO,
  clock: Clock,
): Promise<Input | number> {
  if (stats?.isDirectory()) throw new UsageError(`${name} cannot be read: EISDIR: it is a directory`);
  const controller = new AbortController();
  let endedBy: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    endedBy = signal;
    status.tell(`stopped by ${signal}; nothing was sent`);
    controller.abort();
  };
  const stopListening = onInterrupt(io, onSignal, onSignal);
  const isTyped = name === "standard input" && io.stdin.isTTY === true;
  if (isTyped) status.say("reading orders from the terminal, one per line, until Ctrl-D");
  const cancel = clock.after(SILENCE_MS, () => isTyped || status.say(`reading orders from ${name}`));
  try {
    return await readOrders(readLines(addAbortSignal(controller.signal, open().once("readable", cancel))), name);
  } catch (error) {
    if (endedBy) return signalStatus(endedBy);
    throw error instanceof UsageError ? error : new UsageError(`${name} cannot be read: ${errorMessage(error)}`);
  } finally {
    cancel();
    stopListening();
  }
}

/** Whether results are written to the file that is read. */
export function isWrittenTo({ stats }: Source, results: string | undefined, io: ProcessIO): boolean {
  const written = statsOf(() => (results === undefined ? fstatSync(io.stdout.fd ?? -1) : statSync(results)));
  return Boolean(stats?.isFile() && written?.isFile() && stats.dev === written.dev && stats.ino === written.ino);
}

function statsOf(stat: () => Stats): Stats | undefined {
  try {
    return stat();
  } catch {
    return undefined;
  }
}
