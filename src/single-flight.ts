import { isControlFlow } from "./errors.js";
import { isErrorLike } from "./redact.js";
import { abortReason, delay, onAbort } from "./timers.js";

interface Flight<T> {
  readonly startedAt: number;
  /** Waits for the result, until the signal aborts. */
  readonly wait: (signal: AbortSignal | undefined) => Promise<T>;
}

/**
 * Work that callers who need the same thing at the same time share. Each of them can leave without affecting the others,
 * and the work is aborted when the last one leaves.
 *
 * What ends the work for the caller who started it ends it for nobody else. A runtime may drop the work of a request that
 * has ended, as workerd does: then it never settles, or rejects for everybody else. A page that Next.js prerenders is
 * interrupted by what its `fetch` throws. So nobody joins work that is older than `maxAgeMs`. Those who have joined
 * start anew then, and take what comes first; or when they learn that the work was dropped, interrupted or aborted.
 */
export class SingleFlight<T> {
  #flight: Flight<T> | undefined;

  /**
   * @param work runs unless it is under way; its signal aborts when nobody waits any longer
   * @throws what `work` throws, or the reason of `signal`
   */
  async run(maxAgeMs: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal?.aborted) throw abortReason(signal);
    const flight = this.#flight;
    const leftMs = flight ? flight.startedAt + maxAgeMs - performance.now() : 0;
    if (!flight || leftMs <= 0) return this.#start(work).wait(signal);

    const leaving = new AbortController(); // Ends whichever wait is not needed any more.
    const ignoreAbort = onAbort(signal, () => leaving.abort(signal && abortReason(signal)));
    const again = () => this.run(maxAgeMs, leaving.signal, work);
    let isLate = false;
    const late = delay(leftMs, leaving.signal).then(() => {
      isLate = true;
      return again();
    });
    const joined = flight.wait(leaving.signal).catch((error: unknown) => {
      if (leaving.signal.aborted) throw error;
      if (isLate) return late;
      // A flight that has settled is forgotten already; one that is still there was dropped by the runtime.
      if (this.#flight === flight) this.#flight = undefined;
      // It may have been aborted by a signal of whoever started it, such as that of a framework's request.
      else if (!isControlFlow(error) && !(isErrorLike(error) && error.name === "AbortError")) throw error;
      return again();
    });
    late.catch(() => {});
    joined.catch(() => {});
    try {
      return await Promise.race([joined, late]);
    } finally {
      ignoreAbort();
      leaving.abort();
    }
  }

  #start(work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    let waiting = 0;
    let isPending = true;
    const end = () => {
      isPending = false;
      if (this.#flight === flight) this.#flight = undefined;
    };
    const result = work(controller.signal).finally(end);
    const wait = (signal: AbortSignal | undefined) => {
      waiting += 1;
      let ignoreAbort: () => void;
      return new Promise<T>((resolve, reject) => {
        ignoreAbort = onAbort(signal, () => reject(signal && abortReason(signal)));
        result.then(resolve, reject);
      }).finally(() => {
        ignoreAbort();
        waiting -= 1;
        if (waiting > 0 || !isPending) return;
        end();
        controller.abort();
      });
    };
    const flight: Flight<T> = { startedAt: performance.now(), wait };
    return (this.#flight = flight);
  }
}
