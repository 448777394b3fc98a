import { createHash } from "node:crypto";
import { afterEach, beforeEach, vi } from "vitest";

const MAX_ROUNDS = 10_000;

/** Replaces the clock for each test of a file; the time that a call waits is the time that the test lets pass. */
export function useFakeClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
}

/** Makes a digest at once: the real one takes time of the real clock, while the fake one runs on. */
export function useFakeDigest(): void {
  beforeEach(() => {
    vi.spyOn(crypto.subtle, "digest").mockImplementation(async (_, data) => {
      const hash = createHash("sha256").update(data as Uint8Array);
      return Uint8Array.from(hash.digest()).buffer;
    });
  });
}

/** Lets the clock run until a promise settles. */
export async function settle<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const settled = Promise.allSettled([promise]).then(([result]) => result);
  let isSettled = false;
  void settled.then(() => {
    isSettled = true;
  });
  for (let round = 0; !isSettled; round += 1) {
    if (round === MAX_ROUNDS) throw new Error("The promise does not settle, whatever time passes");
    await vi.advanceTimersByTimeAsync(1);
    if (!isSettled && vi.getTimerCount() > 0) await vi.advanceTimersToNextTimerAsync();
  }
  return settled;
}
