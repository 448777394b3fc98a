import type { Clock } from "../../src/cli/clock.js";

/** A clock on which hours pass in milliseconds: from one timer to the next, once nothing else is left to do. */
export class VirtualClock implements Clock {
  #now = 0;
  #timers: { readonly at: number; readonly callback: () => void }[] = []; // The next one last.

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), callback };
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timers[middle]?.at ?? 0) > timer.at) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length;
  }

  delay(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.after(delayMs, resolve);
      signal?.addEventListener("abort", () => {
        cancel();
        reject(signal.reason as Error);
      });
    });
  }

  /** Lets time pass until a promise settles. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = promise.finally(() => (isSettled = true));
    settled.catch(() => {});
    for (;;) {
      await new Promise(setImmediate);
      if (isSettled) return settled;
      const timer = this.#timers.pop();
      if (!timer) throw new Error("The promise does not settle, whatever time passes");
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
    }
  }
}
