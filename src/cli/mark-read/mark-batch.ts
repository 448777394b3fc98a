import { setTimeout as delay } from "node:timers/promises";
import { formatDuration } from "../duration.js";
import { errorMessage } from "../text.js";
import { EXIT_STATUS, signalStatus } from "../exit-status.js";
import { onInterrupt } from "../interrupt.js";
import type { ProcessIO } from "../process-io.js";
import { UsageError } from "../usage-error.js";
import { write } from "../write.js";
import { Display } from "./display.js";
import { Gate } from "./gate.js";
import { inOrder } from "./in-order.js";
import { LineError } from "./order-line.js";
import { readArguments, readLines, type Entry } from "./read-order-ids.js";
import { resultLine } from "./result-line.js";
import { sendOrder, type Sending } from "./send-order.js";
import { countOrders, describeEmpty } from "./standard-input.js";
import { Tally } from "./tally.js";

/** How many results may wait for an earlier, slow one: 12 seconds' worth, with 8 in flight and 100 ms each. */
const WINDOW = 1000;

// Ctrl-C also ends the reader of a pipe, and the command may notice that before the signal arrives.
const SIGNAL_MS = 50;

export interface BatchSettings extends Pick<Sending, "mark" | "tokenOf"> {
  /** How many requests may be under way at once. */
  readonly concurrency: number;
  /** How many requests may be sent in a second. */
  readonly rate: number;
  readonly maxOutageMs: number;
  /** How many failures stop the run. */
  readonly maxFailures: number;
}

/** Why the run stopped. */
interface Stop {
  readonly reason: string;
  readonly status: number;
}

const CLOSED_OUTPUT: Stop = { reason: "standard output was closed", status: EXIT_STATUS.stopped };

/**
 * Marks the messages about many orders as read. Prints one line of JSON for each, in input order.
 *
 * @param orderIds the ids, or where to read them from
 * @returns the exit status
 */
export async function markBatch(
  orderIds: readonly string[] | "standard input",
  { mark, tokenOf, concurrency, rate, maxOutageMs, maxFailures }: BatchSettings,
  io: ProcessIO,
): Promise<number> {
  const { stdin, stdout } = io;
  const controller = new AbortController();
  const { signal } = controller;
  const isInput = orderIds === "standard input";
  const isTyped = isInput && stdin.isTTY === true;
  const tally = new Tally(isInput ? "line" : "order id");
  const display = new Display(io, tally, isTyped);

  let stop: Stop | undefined;
  const halt = (reason: string, status: number = EXIT_STATUS.stopped) => {
    stop ??= { reason, status };
    controller.abort();
  };
  const stopListening = onInterrupt(
    io,
    (name) => {
      if (stop === CLOSED_OUTPUT) stop = undefined;
      halt(`stopped by ${name}`, signalStatus(name));
      display.say(`${name}: waiting for requests in flight; a second signal stops at once`);
    },
    (name) => {
      display.say(`ended by ${name}`, ...tally.summary());
      io.exit(signalStatus(name));
    },
  );

  const gate = new Gate({
    concurrency,
    rate,
    maxOutageMs,
    signal,
    onHold: (...hold) => display.hold(...hold),
    onOpen: (heldMs) => display.open(heldMs),
    onGiveUp({ error, retryAfterMs }, heldMs) {
      const reason =
        retryAfterMs === undefined
          ? `has failed for ${formatDuration(heldMs)}`
          : `asks to wait for ${formatDuration(retryAfterMs)}, which exceeds --max-outage`;
      halt(`stopped, because the API ${reason}: ${errorMessage(error)}`);
    },
  });
  const stopFor = (error: unknown) =>
    halt(
      `stopped, because every other order id would fail, too: ${errorMessage(error)}`,
      error instanceof UsageError ? EXIT_STATUS.usage : EXIT_STATUS.stopped,
    );
  const countedMark: Sending["mark"] = async (...call) => {
    tally.inFlight += 1;
    try {
      return await mark(...call);
    } finally {
      tally.inFlight -= 1;
    }
  };
  const sending = { mark: countedMark, gate, tokenOf, stop: stopFor };

  async function* entries(): AsyncGenerator<Entry> {
    yield* isInput ? readLines(stdin, signal, () => (tally.doneBefore += 1)) : readArguments(orderIds);
    if (signal.aborted) return;
    tally.total = tally.taken;
    gate.expectsMore = false;
  }

  async function work(entry: Entry, stepAside: () => void) {
    tally.taken += 1;
    const { order } = entry;
    const outcome =
      order instanceof LineError ? { error: order, attempts: 0 } : await sendOrder(order, sending, stepAside, signal);
    if (!outcome) return { entry };
    tally.count(order.orderId, outcome);
    if (tally.failed >= maxFailures) halt(`stopped after ${tally.failed} failures (--max-failures)`);
    display.update();
    return { entry, line: resultLine(entry, outcome) };
  }

  if (isTyped) display.say("reading order ids from the terminal, one per line");
  if (!isInput) tally.total = orderIds.length;
  else if (display.hasBar) void countOrders(stdin, signal).then((total) => (tally.total ??= total));
  display.update();
  try {
    for await (const { entry, line } of inOrder(entries(), work, { concurrency, window: WINDOW }, signal)) {
      if (line !== undefined) display.erase(); // Both streams may be the same terminal.
      const problem = line !== undefined && (await write(stdout, line));
      if (line === undefined || problem) tally.countUnfinished(entry.position);
      else tally.countPrinted(entry.position);
      if (problem && problem.code === "EPIPE") {
        stop ??= CLOSED_OUTPUT;
        controller.abort();
      } else if (problem) halt(`standard output failed (${errorMessage(problem)})`);
      display.update();
    }
  } catch (error) {
    // `inOrder` throws only what its source throws.
    if (error instanceof UsageError) halt(errorMessage(error), EXIT_STATUS.usage);
    else halt(`standard input failed (${errorMessage(error)})`);
  } finally {
    if (stop === CLOSED_OUTPUT) await delay(SIGNAL_MS);
    stopListening();
    display.close();
  }

  if (tally.taken === 0 && !stop) {
    const isDone = tally.doneBefore > 0;
    display.say(
      isDone ? `nothing to do: all ${tally.doneBefore} are already done` : `nothing to do: ${describeEmpty(stdin)}`,
    );
    return isDone ? EXIT_STATUS.success : EXIT_STATUS.nothingToDo;
  }
  display.say(...(stop ? [stop.reason] : []), ...(stop && tally.taken === 0 ? [] : tally.summary()));
  return stop?.status ?? (tally.failed > 0 ? EXIT_STATUS.failed : EXIT_STATUS.success);
}
