import type { EventEmitter } from "node:events";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

// npm and npx pass on the signal that the terminal has sent to the command already.
const SAME_PRESS_MS = 250;

export type Interrupt = (typeof SIGNALS)[number];

/**
 * Tells the first Ctrl-C, or SIGTERM, from a second one.
 *
 * @param source of the signals, such as `process`
 * @returns what ends the listening
 */
export function onInterrupt(
  source: EventEmitter,
  onFirst: (signal: Interrupt) => void,
  onSecond: (signal: Interrupt) => void,
): () => void {
  let firstAt: number | undefined;
  const listener = (signal: Interrupt) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      onFirst(signal);
    } else if (performance.now() - firstAt >= SAME_PRESS_MS) onSecond(signal);
  };
  for (const signal of SIGNALS) source.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) source.off(signal, listener);
  };
}

/** The exit status that shells give a process which a signal has ended. */
export function statusOf(signal: Interrupt): number {
  return 128 + constants.signals[signal];
}
