import { setTimeout as delay } from "node:timers/promises";
import { formatDuration } from "../duration.js";
import { EXIT_STATUS, signalStatus } from "../exit-status.js";
import { onInterrupt } from "../interrupt.js";
import { write, type ProcessIO } from "../process-io.js";
import type { StatusLine } from "../status-line.js";
import { errorMessage, plural } from "../text.js";
import type { Journal } from "./journal.js";
import type { Order, Outcome } from "./order.js";
import { invalidLine, resultLine, type LineError } from "./result.js";
import { Scheduler, type SchedulerSettings } from "./scheduler.js";
import { Summary } from "./summary.js";

// How long the first signal waits for requests in flight, so that their counts are written.
const GRACE_MS = 5000;

// Ctrl-C also ends the reader of a pipe, and the command may notice that before the signal arrives.
const SIGNAL_MS = 50;
const CLOSED = "standard output was closed";

export interface RunSettings extends Omit<SchedulerSettings, "onResult" | "onOutage" | "onRecovery"> {
  /** How many failures stop the run. */
  readonly maxFailures: number;
}

/** What a run has to do. */
export interface Work {
  readonly orders: readonly Order[];
  readonly invalid: readonly LineError[];
  /** Orders that earlier runs have done. */
  readonly doneBefore: number;
  readonly duplicates: number;
}

/** Marks the messages about orders as read, and writes a line of JSON for each. Returns the exit status. */
export async function run(
  { orders, invalid, doneBefore, duplicates }: Work,
  journal: Journal | undefined,
  { maxFailures, ...settings }: RunSettings,
  status: StatusLine,
  io: ProcessIO,
): Promise<number> {
  const { clock } = settings;
  const summary = new Summary(clock);
  let [writing, unwritten, aborted] = [0, 0, 0];
  let interruptedBy: NodeJS.Signals | undefined;
  let cancelGrace = () => {};

  const scheduler = new Scheduler(orders, {
    ...settings,
    onResult: (order, outcome) => record(resultLine(order, outcome), outcome, order),
    onOutage: (waitMs, error) =>
      status.say(`the API fails (${errorMessage(error)}); next trial in ${formatDuration(waitMs)}`),
    onRecovery: (outageMs) => status.say(`the API responds again, after ${formatDuration(outageMs)}`),
  });
  const left = () => orders.length + invalid.length - summary.done - summary.failed - unwritten - aborted;
  const summarize = () =>
    summary.lines({
      "done before": doneBefore,
      "named again": duplicates,
      "with a result that could not be written": unwritten,
      "sent without a response": aborted,
      left: left(),
    });

  async function record(line: string, outcome: Outcome, order?: Order) {
    writing += 1;
    const problem = await (journal ? journal.append(line) : writeOutput(line));
    writing -= 1;
    if (!problem) summary.add(order, outcome);
    else if (order) unwritten += 1;
    if (problem) scheduler.stop(isClosed(problem) ? CLOSED : `results cannot be written: ${errorMessage(problem)}`);
    else if (summary.failed >= maxFailures)
      scheduler.stop(`stopped after ${plural(summary.failed, "failure")} (--max-failures)`);
  }

  const isClosed = ({ code }: NodeJS.ErrnoException) => code === "EPIPE" && !journal;

  async function writeOutput(line: string) {
    status.erase(); // Both streams may be the same terminal.
    const problem = await write(io.stdout, line);
    status.draw();
    return problem;
  }

  const endAtOnce = (name: NodeJS.Signals) => {
    [aborted, unwritten] = [scheduler.inFlight.size, unwritten + writing];
    status.stop();
    status.tell(`ended by ${name}`, ...summarize());
    io.exit(signalStatus(name));
  };
  const endSoon = (name: NodeJS.Signals) => {
    interruptedBy = name;
    const { size } = scheduler.inFlight;
    scheduler.stop(`stopped by ${name}`);
    if (size > 0) status.tell(`${name}: waiting for ${size} in flight; a second signal ends at once`);
    cancelGrace = clock.after(GRACE_MS, () => {
      if (writing > 0) return endAtOnce(name); // Whoever reads the results has stopped, perhaps for good.
      aborted = scheduler.inFlight.size;
      scheduler.abort();
    });
  };
  const stopListening = onInterrupt(io, endSoon, endAtOnce);

  status.start(() => ({
    done: summary.done,
    failed: summary.failed,
    total: orders.length + invalid.length,
    perSecond: summary.perSecond,
    waitMs: scheduler.waitMs,
  }));
  for (const error of invalid) await record(invalidLine(error), { error });
  const stopReason = await scheduler.run();
  cancelGrace();
  if (stopReason === CLOSED) await delay(SIGNAL_MS);
  stopListening();
  status.stop();

  // What has stopped the run before the signal came is the reason, but for a reader that the same Ctrl-C has ended.
  const reason = interruptedBy && stopReason === CLOSED ? `stopped by ${interruptedBy}` : stopReason;
  const lines = [...(reason === undefined ? [] : [reason]), ...summarize()];
  if (journal && left() > 0) lines.push("to go on, start the same command again");
  if (reason !== undefined || summary.failed > 0) status.tell(...lines);
  else status.say(...lines);
  if (interruptedBy && reason === `stopped by ${interruptedBy}`) return signalStatus(interruptedBy);
  if (reason !== undefined) return EXIT_STATUS.stopped;
  return summary.failed > 0 ? EXIT_STATUS.failed : EXIT_STATUS.success;
}
