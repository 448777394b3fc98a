import { onAbort } from "./on-abort.js";

/**
 * Runs `work` until it settles, `timeoutMs` pass or `signal` aborts, whichever comes first, and leaves no timer and no
 * listener behind.
 *
 * `work` gets a signal of its own. That signal, the timer and the listener on the caller's signal are all strongly
 * held: signals made by `AbortSignal.any`, `AbortSignal.timeout` or a `Request` can be garbage-collected before they
 * abort. The race makes sure that even a `work` that ignores its signal ends on time.
 *
 * @param reason makes what is thrown when the time has passed
 * @throws what `work` throws, `reason()`, or the reason of `signal` as it is
 */
export async function withTimeLimit<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  reason: () => unknown,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw signal.reason;
  const controller = new AbortController();
  let interrupt!: (reason: unknown) => void;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = (reason) => {
      reject(reason); // First, so that it wins over what the abort makes of `work`.
      controller.abort(reason);
    };
  });
  const timer = setTimeout(() => interrupt(reason()), timeoutMs);
  const stop = onAbort(signal, () => interrupt(signal?.reason));
  try {
    return await Promise.race([work(controller.signal), interrupted]);
  } finally {
    clearTimeout(timer);
    stop();
  }
}
