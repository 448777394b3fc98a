import { setTimeout as delay } from "node:timers/promises";
import { systemClock, type Clock } from "../scheduler/clock.js";
import { formatDuration } from "../duration.js";
import { EXIT_STATUS, signalStatus } from "../exit-status.js";
import { onInterrupt } from "../interrupt.js";
import type { ProcessIO } from "../process-io.js";
import { errorMessage, plural } from "../text.js";
import { write } from "../write.js";
import type { Journal } from "./journal.js";
import type { Order, Outcome } from "../scheduler/order.js";
import type { Input } from "./read-orders.js";
import { invalidLine, resultLine } from "./result.js";
import { Scheduler, type SchedulerSettings, type Stop } from "../scheduler/scheduler.js";
import type { StatusLine } from "../status-line.js";
import { Summary } from "./summary.js";

// How long the first signal waits for requests in flight, so that their counts are written.
const GRACE_MS = 5000;

const YEAR_MS = 365 * 24 * 3_600_000;

// Ctrl-C also ends the reader of a pipe, and the command may notice that before the signal arrives.
const SIGNAL_MS = 50;

export interface RunSettings extends Pick<
  SchedulerSettings,
  "tokenOf" | "mark" | "concurrency" | "rate" | "maxAttempts" | "maxOutageMs"
> {
  /** How many failures stop the run. */
  readonly maxFailures: number;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** What a run has to do. */
export interface Work {
  readonly orders: readonly Order[];
  readonly invalid: Input["invalid"];
  /** Orders that earlier runs have done. */
  readonly doneBefore: number;
  readonly duplicates: number;
}

/**
 * Marks the messages about orders as read, and writes a line of JSON for each, to the journal or to standard output.
 *
 * @returns the exit status
 */
export async function run(
  { orders, invalid, doneBefore, duplicates }: Work,
  journal: Journal | undefined,
  { maxFailures, clock = systemClock, random = Math.random, ...settings }: RunSettings,
  status: StatusLine,
  io: ProcessIO,
): Promise<number> {
  const startedAt = clock.now();
  const summary = new Summary();
  let [writing, unwritten, aborted] = [0, 0, 0];
  let halted: { readonly reason: string; readonly status: number } | undefined;
  let cancelGrace = () => {};

  const scheduler = new Scheduler(orders, {
    ...settings,
    clock,
    random,
    onResult: (order, outcome) => record(order, outcome, resultLine(order, outcome)),
    onOutage: (waitMs, error) =>
      status.say(`the API fails (${errorMessage(error)}); next trial in ${formatDuration(waitMs)}`),
    onRecovery: (outageMs) => status.say(`the API responds again, after ${formatDuration(outageMs)}`),
  });
  const halt = (reason: string, exitStatus: number = EXIT_STATUS.stopped) => {
    halted ??= { reason, status: exitStatus };
    scheduler.stop();
  };
  const left = () => orders.length - summary.done - summary.failed + invalid.length - unwritten - aborted;
  const summarize = () =>
    summary.lines(clock.now() - startedAt, {
      "done before": doneBefore,
      "named again": duplicates,
      "with a result that could not be written": unwritten,
      "sent without a response": aborted,
      left: left(),
    });

  async function record(order: Pick<Order, "orderId" | "mayBeMarked"> | undefined, outcome: Outcome, line: string) {
    writing += 1;
    const problem = await writeResult(line);
    writing -= 1;
    if (problem) {
      if (order) unwritten += 1;
      const isClosed = problem.code === "EPIPE" && !journal;
      halt(isClosed ? CLOSED : `results cannot be written: ${errorMessage(problem)}`);
      return;
    }
    summary.add(order, outcome);
    if (summary.failed >= maxFailures) halt(`stopped after ${plural(summary.failed, "failure")} (--max-failures)`);
  }

  async function writeResult(line: string): Promise<NodeJS.ErrnoException | undefined> {
    if (!journal) {
      status.erase(); // Both streams may be the same terminal.
      const problem = await write(io.stdout, line);
      status.draw();
      return problem;
    }
    try {
      journal.append(line);
      return undefined;
    } catch (error) {
      return error as NodeJS.ErrnoException;
    }
  }

  const endAtOnce = (name: NodeJS.Signals) => {
    aborted = scheduler.inFlight;
    unwritten += writing;
    status.stop();
    status.tell(`ended by ${name}`, ...summarize());
    io.exit(signalStatus(name));
  };

  const stopListening = onInterrupt(
    io,
    (name) => {
      if (halted?.reason === CLOSED) halted = undefined;
      const { inFlight } = scheduler;
      halt(`stopped by ${name}`, signalStatus(name));
      if (inFlight > 0) status.tell(`${name}: waiting for ${inFlight} in flight; a second signal ends at once`);
      cancelGrace = clock.after(GRACE_MS, () => {
        if (writing > 0) return endAtOnce(name); // Whoever reads the results has stopped, perhaps for good.
        aborted = scheduler.inFlight;
        scheduler.abort();
      });
    },
    endAtOnce,
  );

  status.start(() => {
    const finished = summary.done + summary.failed;
    const perSecond = (finished * 1000) / Math.max(1, clock.now() - startedAt);
    const total = orders.length + invalid.length;
    const waitMs = Math.max(scheduler.waitMs, scheduler.trialWaitMs);
    return { done: summary.done, failed: summary.failed, total, perSecond, waitMs };
  });
  for (const line of invalid) await record(undefined, { error: new InvalidLineError(line.message) }, invalidLine(line));
  const stop = await scheduler.run();
  cancelGrace();
  if (halted?.reason === CLOSED) await delay(SIGNAL_MS);
  stopListening();
  status.stop();

  const reason = halted?.reason ?? (stop && describeStop(stop, left()));
  if (reason !== undefined) status.tell(reason);
  const lines = summarize();
  if (journal && left() > 0) lines.push("to go on, start the same command again");
  if (reason !== undefined || summary.failed > 0) status.tell(...lines);
  else status.say(...lines);
  if (halted) return halted.status;
  if (stop) return EXIT_STATUS.stopped;
  return summary.failed > 0 ? EXIT_STATUS.failed : EXIT_STATUS.success;
}

const CLOSED = "standard output was closed";

class InvalidLineError extends Error {
  override readonly name = "LineError";
}

function describeStop(stop: Stop, left: number): string {
  switch (stop.reason) {
    case "permanent":
      return `stopped, because waiting cannot help: ${errorMessage(stop.error)}`;
    case "outage":
      return `stopped, because the API has failed for ${formatDuration(stop.outageMs)}: ${errorMessage(stop.error)}`;
    case "wait": {
      const until = () => `until ${new Date(Date.now() + stop.waitMs).toISOString().replace(/\.\d+/, "")}`;
      const howLong = stop.waitMs > YEAR_MS ? "for more than a year" : until(); // `Date` has no room for any number.
      return `stopped, because Retry-After keeps ${plural(left, "order")} waiting ${howLong}, longer than --max-outage`;
    }
    default:
      return "stopped";
  }
}
