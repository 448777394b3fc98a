import type { ProcessIO } from "./process-io.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// npm and npx forward a signal that the terminal has already sent to the command.
const SAME_PRESS_MS = 250;

type Listener = (signal: NodeJS.Signals) => void;

/** Tells the first Ctrl-C, SIGTERM or SIGHUP (a lost terminal) from later ones. Returns a function that stops listening. */
export function onInterrupt(source: Pick<ProcessIO, "on" | "off">, onFirst: Listener, onLater: Listener): () => void {
  let firstAt: number | undefined;
  const listener: Listener = (signal) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      onFirst(signal);
    } else if (performance.now() - firstAt >= SAME_PRESS_MS) onLater(signal);
  };
  for (const signal of SIGNALS) source.on(signal, listener);
  return () => SIGNALS.forEach((signal) => source.off(signal, listener));
}
