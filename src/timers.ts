// A process that was frozen or busy finds its timers due before it has read what arrived meanwhile.
const MAX_GRACE_MS = 100;

/** The callbacks for one signal. It is its own listener. */
class Callbacks extends Set<() => void> implements EventListenerObject {
  handleEvent(): void {
    for (const callback of [...this]) callback();
  }
}

const callbacksOf = new WeakMap<AbortSignal, Callbacks>();

/**
 * Calls back when a signal aborts. However many calls share a signal, it has one listener, since Node 20 warns about
 * more than ten, and none once nobody waits any more.
 *
 * @returns a function that cancels it
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (!signal) return () => {};
  const callbacks = callbacksOf.get(signal) ?? new Callbacks();
  callbacksOf.set(signal, callbacks);
  callbacks.add(callback);
  signal.addEventListener("abort", callbacks); // Does nothing if it is already there.
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) signal.removeEventListener("abort", callbacks);
  };
}

/** Why a signal aborted. Old polyfills have no `reason`; an explicit `null` is one. */
export function abortReason(signal: AbortSignal): unknown {
  if (signal.reason !== undefined) return signal.reason;
  return Object.assign(new Error("This operation was aborted"), { name: "AbortError" });
}

/**
 * Waits.
 *
 * @throws the reason of `signal`, as soon as it aborts
 */
export async function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (!signal?.aborted) {
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        ignoreAbort();
        resolve();
      };
      const timer = setTimeout(finish, ms);
      const ignoreAbort = onAbort(signal, finish);
    });
  }
  if (signal?.aborted) throw abortReason(signal);
}

/**
 * Runs `work` until it settles, `timeoutMs` pass or `signal` aborts, whichever comes first, and leaves no timer and no
 * listener behind.
 *
 * `work` gets a signal of its own. That signal, the timer and the listener on the caller's signal are all strongly
 * held: signals made by `AbortSignal.any`, `AbortSignal.timeout` or a `Request` can be garbage-collected before they
 * abort. Even a `work` that ignores its signal is not waited for any longer.
 *
 * @param timeoutError creates the error to throw after `timeoutMs`
 * @throws what `work` throws, `timeoutError()`, or the reason of `signal`
 */
export function withTimeout<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  timeoutError: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));
    const end = (reason: unknown) => {
      stop();
      reject(reason); // Before the abort, so that it wins over what `work` makes of that.
      controller.abort(reason);
    };
    const dueAt = performance.now() + timeoutMs;
    let timer = setTimeout(() => {
      const lateMs = performance.now() - dueAt;
      if (lateMs < 1) return end(timeoutError());
      // What has arrived in the meantime is read first. If that completes the work, it wins.
      timer = setTimeout(() => end(timeoutError()), Math.min(lateMs, MAX_GRACE_MS));
    }, timeoutMs);
    const ignoreAbort = onAbort(signal, () => end(signal && abortReason(signal)));
    const stop = () => {
      clearTimeout(timer);
      ignoreAbort();
    };
    work(controller.signal).then(resolve, reject).then(stop);
  });
}
