import { constants } from "node:os";

/** The command's exit statuses; if signal n ended it, the status is `128 + n`. */
export const EXIT_STATUS = {
  success: 0, // Everything was marked, or every check passed.
  failed: 1, // Something failed: an order, or a check.
  usage: 2, // A usage error, including the environment and the input format.
  stopped: 3, // The run stopped early, or its result is inconclusive.
  nothingToDo: 4, // No order was named.
} as const;

/** A mistake in the command line, the environment or the input format. */
export class UsageError extends Error {}

/** The exit status that shells report for a process ended by a signal. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
