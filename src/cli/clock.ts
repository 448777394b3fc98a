/** Time as a run sees it. Tests pass a virtual one. */
export interface Clock {
  /** Milliseconds that pass steadily, whatever is done to the machine's clock. */
  now(): number;
  /** Calls back once, after so many milliseconds, or after 24 days. Returns a function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

const MAX_TIMEOUT_MS = 2 ** 31 - 1; // A longer `setTimeout` fires at once.

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.ceil(delayMs), MAX_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
};
