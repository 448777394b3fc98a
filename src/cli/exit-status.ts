import { constants } from "node:os";

/** What the command exits with; `128 + n` where signal n ended it. */
export const EXIT_STATUS = {
  /** Everything was marked, or every check passed. */
  success: 0,
  /** Something failed: an order id, or a check. */
  failed: 1,
  /** A mistake in the command line, the environment or the format of the input. */
  usage: 2,
  /** The run stopped before its end, or its result is inconclusive. */
  stopped: 3,
  /** There was nothing to do. */
  nothingToDo: 4,
} as const;

/** The exit status that shells give a process which a signal has ended. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
