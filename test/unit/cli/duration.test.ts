import { describe, expect, test } from "vitest";
import { formatDuration, formatRate, parseDuration } from "../../../src/cli/duration.js";

test.each([
  ["500ms", 500],
  ["3s", 3000],
  ["1.5s", 1500],
  ["5m", 300_000],
  ["0s", 0],
])("%s is %d milliseconds", (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

describe("the error for an invalid duration says how to write one", () => {
  test("a bare number", () => {
    expect(() => parseDuration("5")).toThrow("A duration needs a unit: 5ms, 5s or 5m.");
  });
  test.each(["", "s", "5 s", "-5s", "5h", "1e3ms", "5sx", "Infinity"])("%j", (text) => {
    expect(() => parseDuration(text)).toThrow("Write a duration as 500ms, 3s or 5m.");
  });
});

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [1000, "1 s"],
  [1240, "1.2 s"],
  [59_400, "59.4 s"],
  [59_600, "1 min 0 s"],
  [320_000, "5 min 20 s"],
  [3_599_900, "1 h 0 min"],
  [7_500_000, "2 h 5 min"],
])("%d milliseconds are shown as %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test("a rate has a decimal only if it is below 10 per second", () => {
  expect([formatRate(0.52), formatRate(48.3)]).toEqual(["0.5/s", "48/s"]);
});
