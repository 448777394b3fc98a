import { onAbort } from "./on-abort.js";

/**
 * Calls back once: when `ms` have passed, or `signal` aborts before.
 *
 * @param signal not yet aborted
 * @returns what ends this
 */
export function setAlarm(ms: number, signal: AbortSignal | undefined, callback: () => void): () => void {
  const ring = () => {
    stop();
    callback();
  };
  const timer = setTimeout(ring, ms);
  const ignoreAbort = onAbort(signal, ring);
  const stop = () => {
    clearTimeout(timer);
    ignoreAbort();
  };
  return stop;
}
