import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
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

describe("after an overload, the pace is 0.7 of what the API last took in a second", () => {
  type Event = readonly [at: number, event: "success" | "overload", count?: number];

  /** How long requests are apart when this has happened. */
  function intervalAfter(...events: readonly Event[]) {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    const pace = new Pace(Infinity);
    for (const [at, event, count = 1] of events) {
      now = at;
      for (let index = 0; index < count; index += 1) event === "success" ? pace.succeeded() : pace.overloaded();
    }
    now += 60_000; // Nothing is made up for.
    pace.admitted();
    const first = pace.waitMs();
    pace.admitted();
    return pace.waitMs() - first;
  }

  test.each<[string, number, readonly Event[]]>([
    [
      "in the first second",
      70,
      [
        [0, "success", 50],
        [500, "overload"],
      ],
    ],
    [
      "in a second that is almost over",
      70,
      [
        [0, "success", 100],
        [999, "overload"],
      ],
    ],
    [
      "measured over a tenth of a second at least",
      70,
      [
        [0, "success", 10],
        [1, "overload"],
      ],
    ],
    [
      "in the second before, if that was more",
      70,
      [
        [0, "success", 100],
        [1000, "success"],
        [1500, "overload"],
      ],
    ],
    [
      "in this second, if that was more",
      140,
      [
        [0, "success", 10],
        [1000, "success", 100],
        [1500, "overload"],
      ],
    ],
    [
      "not long ago",
      1,
      [
        [0, "success", 1000],
        [2000, "overload"],
      ],
    ],
    ["and at least one request a second", 1, [[0, "overload"]]],
  ])("%s", (_, perSecond, events) => {
    expect(1000 / intervalAfter(...events)).toBeCloseTo(perSecond, 0);
  });

  test("and grows with each success", () => {
    expect(1000 / intervalAfter([0, "success", 50], [500, "overload"], [600, "success", 50])).toBeCloseTo(80);
  });
});

test("without a rate nobody waits", () => {
  const pace = new Pace(Infinity);
  for (let request = 0; request < 100; request += 1) {
    expect(pace.waitMs()).toBeLessThanOrEqual(0);
    pace.admitted();
  }
});
