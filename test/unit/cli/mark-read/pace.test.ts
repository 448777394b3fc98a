import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { Pace } from "../../../../src/cli/mark-read/pace.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** When requests are admitted, if the process is free to look at the clock after each of these times. */
function admissions(rate: number, steps: readonly number[]): number[] {
  let now = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const pace = new Pace(rate);
  const admitted: number[] = [];
  for (const step of steps) {
    now += step;
    while (pace.waitMs() <= 0) {
      pace.admitted();
      admitted.push(now);
    }
  }
  return admitted;
}

test("however the process is delayed, requests are evenly spaced, and nothing is made up for", () => {
  const step = fc.oneof(fc.double({ min: 0.1, max: 3, noNaN: true }), fc.integer({ min: 0, max: 2000 }));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.array(step, { maxLength: 300 }), (rate, steps) => {
      const admitted = admissions(rate, steps);
      for (const [first, from] of admitted.entries())
        for (const [index, to] of admitted.slice(first).entries())
          expect(index + 1).toBeLessThanOrEqual((rate * (to - from + 10)) / 1000 + 1 + 1e-6);
    }),
  );
});

test("timers that are late by a millisecond do not slow it down", () => {
  for (const rate of [1, 45, 400, 1000])
    expect(admissions(rate, Array(8000).fill(1.25)).length).toBeGreaterThan(0.99 * rate * 10);
});

test("without a rate nobody waits", () => {
  const pace = new Pace(Infinity);
  for (let request = 0; request < 100; request += 1) {
    expect(pace.waitMs()).toBeLessThanOrEqual(0);
    pace.admitted();
  }
});
