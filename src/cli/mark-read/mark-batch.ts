import type { EventEmitter } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { inOrder } from "./in-order.js";
import { onInterrupt, statusOf } from "../interrupt.js";
import { errorMessage } from "../error-message.js";
import { assertReadable, orderIdsFrom, orderIdsOf, type GivenOrderId } from "./read-order-ids.js";
import { canErase, ProgressBar } from "./progress-bar.js";
import { describeTally } from "./report.js";
import { concernsCredentials, resultLine, type Outcome } from "./result-line.js";
import { write } from "../write.js";

// How many results may wait for a slow one before them: what eight at once, at 100 ms each, come to in 12 seconds.
const WINDOW = 1000;

/** The part of `process` that a run needs. */
export interface ProcessIO {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where signals arrive. */
  readonly signals: EventEmitter;
  /** Ends the process at once. */
  readonly exit: (status: number) => void;
}

/** Why no more order ids are sent. */
interface Stop {
  readonly reason: string;
  readonly status: number;
}

const CLOSED_OUTPUT: Stop = { reason: "standard output was closed", status: 1 };

// Ctrl-C ends the reader of a pipe as well, and that may be known here before the signal is.
const SIGNAL_MS = 50;

/**
 * Marks the messages of several orders as read, and prints a line of JSON for each, in the order of the ids.
 *
 * @param orderIds the ids, or where to read them from
 * @param mark marks the messages of one order
 * @returns the exit status
 */
export async function markBatch(
  orderIds: readonly string[] | "standard input",
  mark: (orderId: string) => Promise<Outcome>,
  concurrency: number,
  { stdin, stdout, stderr, env, signals, exit }: ProcessIO,
): Promise<number> {
  const isInput = orderIds === "standard input";
  const tally = {
    done: 0,
    failed: 0,
    sent: 0,
    total: isInput ? undefined : orderIds.length,
    printed: 0,
    lastPosition: 0,
    firstRefused: Infinity,
  };
  const describe = () => describeTally(tally, isInput ? "line" : "order id");
  for (const stream of [stdout, stderr]) stream.on("error", () => {}); // What concerns the run, `write` tells.

  const isTyped = isInput && stdin.isTTY === true; // A bar would overwrite what is being typed.
  const bar = canErase(stderr, env["TERM"]) && !isTyped ? new ProgressBar(stderr) : undefined;
  const say = (text: string) => {
    bar?.erase();
    stderr.write(`instacart-chat: ${text}\n`);
  };

  const controller = new AbortController();
  let stop: Stop | undefined;
  const halt = (why: Stop) => {
    stop ??= why;
    controller.abort();
  };
  const stopListening = onInterrupt(
    signals,
    (name) => {
      if (stop === CLOSED_OUTPUT) stop = undefined;
      halt({ reason: `stopped by ${name}`, status: statusOf(name) });
      say(`${name}: waiting for what is under way; once more ends at once`);
      bar?.draw(tally);
    },
    (name) => {
      say(`ended by ${name}: ${describe()}`);
      exit(statusOf(name));
    },
  );

  async function* given(): AsyncGenerator<GivenOrderId> {
    yield* isInput ? orderIdsFrom(stdin, controller.signal) : orderIdsOf(orderIds);
    if (!controller.signal.aborted) tally.total = tally.sent;
  }

  async function work({ orderId, position }: GivenOrderId) {
    tally.sent += 1;
    const outcome = await outcomeOf(orderId, mark);
    if ("data" in outcome) tally.done += 1;
    else {
      tally.failed += 1;
      if (concernsCredentials(outcome.error)) {
        tally.firstRefused = Math.min(tally.firstRefused, position);
        halt({
          reason: `stopped, since any other order id would fail likewise (${errorMessage(outcome.error)})`,
          status: 1,
        });
      }
    }
    bar?.draw(tally);
    return { position, line: resultLine(orderId, outcome) };
  }

  if (isTyped) say("reading order ids from the terminal, one per line");
  bar?.draw(tally);
  try {
    for await (const { position, line } of inOrder(given(), work, { concurrency, window: WINDOW }, controller.signal)) {
      bar?.erase(); // Both streams may be the same terminal.
      const problem = await write(stdout, line);
      if (problem) {
        halt(
          problem.code === "EPIPE"
            ? CLOSED_OUTPUT
            : { reason: `standard output failed (${errorMessage(problem)})`, status: 1 },
        );
        continue;
      }
      tally.printed += 1;
      tally.lastPosition = position;
      bar?.draw(tally);
    }
  } catch (error) {
    halt({ reason: `standard input failed (${errorMessage(error)})`, status: 1 }); // Only its source makes `inOrder` throw.
  } finally {
    if (stop === CLOSED_OUTPUT) await setTimeout(SIGNAL_MS);
    stopListening();
    bar?.erase();
  }

  if (stop) say(`${stop.reason}: ${describe()}`);
  else if (tally.failed > 0) say(describe());
  return stop?.status ?? (tally.failed > 0 ? 1 : 0);
}

async function outcomeOf(orderId: string, mark: (orderId: string) => Promise<Outcome>): Promise<Outcome> {
  try {
    assertReadable(orderId);
    return await mark(orderId);
  } catch (error) {
    return { error };
  }
}
