import { onAbort } from "./on-abort.js";

/**
 * Begins work that several callers wait for. Each of them can leave without harm to the others; it ends with the last
 * one.
 *
 * @param work its signal aborts when nobody waits any longer
 * @param onEnd is called once, when the work has failed or has been left by everybody
 * @returns waits for the result, at most until the caller's signal, which is not yet aborted, aborts; it rejects with
 *   what the work throws, or with the signal's reason
 */
export function singleFlight<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onEnd: () => void,
): (signal?: AbortSignal) => Promise<T> {
  const controller = new AbortController();
  let waiting = 0;
  let isPending = true;
  const end = () => {
    if (isPending) onEnd();
    isPending = false;
  };
  const result = work(controller.signal);
  result.then(() => (isPending = false), end);
  return (signal) => {
    let stop: () => void;
    waiting += 1;
    return new Promise<T>((resolve, reject) => {
      stop = onAbort(signal, () => reject(signal?.reason));
      result.then(resolve, reject);
    }).finally(() => {
      stop();
      waiting -= 1;
      if (waiting > 0 || !isPending) return;
      end();
      controller.abort();
    });
  };
}
