import { onAbort } from "./on-abort.js";

/**
 * Waits.
 *
 * @throws the reason of `signal`, as soon as it aborts
 */
export function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      stop();
      resolve();
    }, ms);
    const stop = onAbort(signal, () => {
      clearTimeout(timer);
      stop();
      reject(signal?.reason);
    });
  });
}
