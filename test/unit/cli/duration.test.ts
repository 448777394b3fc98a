import { describe, expect, test } from "vitest";
import { formatDuration, formatRate, parseDuration } from "../../../src/cli/duration.js";

test.each([
  ["500ms", 500],
  ["3s", 3000],
  ["1.5s", 1500],
  ["5m", 300_000],
  ["0s", 0],
  ["12.25s", 12_250],
])("%s is %d milliseconds", (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

describe("the error for an invalid duration says how to write one", () => {
  test.each(["5", "12", "1.25"])("a bare number: %s", (text) => {
    expect(() => parseDuration(text)).toThrow(`A duration needs a unit: ${text}ms, ${text}s, ${text}m or ${text}h.`);
  });
  test.each(["", "s", "5 s", "-5s", "-5", "5d", "5.x", "1e3ms", "5sx", "Infinity"])("%j", (text) => {
    expect(() => parseDuration(text)).toThrow("Write a duration as 500ms, 3s, 5m or 2h.");
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
  expect([0.52, 9.9, 10, 48.3].map(formatRate)).toEqual(["0.5/s", "9.9/s", "10/s", "48/s"]);
});
