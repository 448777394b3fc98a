import type { ProcessIO } from "./process-io.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// npm and npx forward a signal that the terminal has already sent to the command.
const SAME_PRESS_MS = 250;

/**
 * Distinguishes the first Ctrl-C, SIGTERM or SIGHUP (a lost terminal) from a second one.
 *
 * @returns a function that stops listening
 */
export function onInterrupt(
  source: Pick<ProcessIO, "on" | "off">,
  onFirst: (signal: NodeJS.Signals) => void,
  onSecond: (signal: NodeJS.Signals) => void,
): () => void {
  let firstAt: number | undefined;
  const listener = (signal: NodeJS.Signals) => {
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
