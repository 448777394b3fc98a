import { constants } from "node:os";

/** The command's exit statuses; if signal n ended it, the status is `128 + n`. */
export const EXIT_STATUS = {
  /** Everything was marked, or every check passed. */
  success: 0,
  /** Something failed: an order, or a check. */
  failed: 1,
  /** A usage error, including the environment and the input format. */
  usage: 2,
  /** The run stopped early, or its result is inconclusive. */
  stopped: 3,
  /** No order was named. */
  nothingToDo: 4,
} as const;

/** A mistake in the command line, the environment or the input format. */
export class UsageError extends Error {}

/** The exit status that shells report for a process ended by a signal. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
