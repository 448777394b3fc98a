import { setAlarm } from "./alarm.js";

/**
 * Runs `work` until it settles, `timeoutMs` pass or `signal` aborts, whichever comes first, and leaves no timer and no
 * listener behind.
 *
 * `work` gets a signal of its own. That signal, the timer and the listener on the caller's signal are all strongly
 * held: signals made by `AbortSignal.any`, `AbortSignal.timeout` or a `Request` can be garbage-collected before they
 * abort. Even a `work` that ignores its signal is waited for no longer than this.
 *
 * @param reason makes what is thrown when the time has passed
 * @throws what `work` throws, `reason()`, or the reason of `signal` as it is
 */
export function withTimeLimit<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  reason: () => unknown,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const controller = new AbortController();
    const stop = setAlarm(timeoutMs, signal, () => {
      const why: unknown = signal?.aborted ? signal.reason : reason();
      reject(why); // First, so that it wins over what the abort makes of `work`.
      controller.abort(why);
    });
    work(controller.signal).finally(stop).then(resolve, reject);
  });
}
