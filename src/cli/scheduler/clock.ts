/** Time as a run sees it. Tests pass a virtual one. */
export interface Clock {
  /** Milliseconds that pass steadily, whatever is done to the machine's clock. */
  now(): number;
  /** Calls back once, after so many milliseconds. Returns a function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1; // A longer `setTimeout` fires at once.

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      const next = () => (leftMs > MAX_TIMEOUT_MS ? wait(leftMs - MAX_TIMEOUT_MS) : callback());
      timer = setTimeout(next, Math.min(Math.ceil(leftMs), MAX_TIMEOUT_MS));
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
