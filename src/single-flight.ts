import { onAbort } from "./on-abort.js";

/** Work that several callers wait for. Each of them can leave without harm to the others; it ends with the last one. */
export class SingleFlight<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  readonly #onEnd: () => void;
  #waiting = 0;
  #isPending = true;

  /**
   * @param work begins at once; its signal aborts when nobody waits any longer
   * @param onEnd is called once, when the work has failed or has been left by everybody
   */
  constructor(work: (signal: AbortSignal) => Promise<T>, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#result = work(this.#controller.signal);
    this.#result.then(
      () => (this.#isPending = false),
      () => this.#end(),
    );
  }

  /**
   * Waits for the result.
   *
   * @param signal ends this caller's waiting; not yet aborted
   * @throws what the work throws, or the reason of `signal`
   */
  async wait(signal?: AbortSignal): Promise<T> {
    this.#waiting += 1;
    let stop = () => {};
    const left = new Promise<never>((_, reject) => {
      stop = onAbort(signal, () => reject(signal?.reason));
    });
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      stop();
      this.#waiting -= 1;
      if (this.#waiting === 0 && this.#isPending) {
        this.#end();
        this.#controller.abort();
      }
    }
  }

  #end(): void {
    if (this.#isPending) this.#onEnd();
    this.#isPending = false;
  }
}
