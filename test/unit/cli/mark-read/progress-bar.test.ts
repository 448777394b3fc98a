import { describe, expect, test } from "vitest";
import { canErase, ProgressBar, progressLine } from "../../../../src/cli/mark-read/progress-bar.js";

describe("the line shows what is done, what failed, and of how many", () => {
  test.each<[string, [number, number, number | undefined, number], string]>([
    ["at first", [0, 0, 4, 80], `[${"-".repeat(40)}] 0 done, 0 failed of 4`],
    ["half way", [1, 1, 4, 80], `[${"#".repeat(20)}${"-".repeat(20)}] 1 done, 1 failed of 4`],
    ["at last", [3, 1, 4, 80], `[${"#".repeat(40)}] 3 done, 1 failed of 4`],
    ["with a shorter bar where there is less room", [1, 1, 4, 35], "[#####-----] 1 done, 1 failed of 4"],
    ["without a bar where there is little room", [1, 1, 4, 33], "1 done, 1 failed of 4"],
    ["cut off in a narrow terminal", [1, 1, 4, 9], "1 done, "],
    ["without a bar when the number is not known", [1, 1, undefined, 80], "1 done, 1 failed"],
  ])("%s", (_, [done, failed, total, columns], line) => {
    expect(progressLine({ done, failed, total }, columns)).toBe(line);
  });
});

test("the last column stays free, however narrow the terminal is", () => {
  for (let columns = 1; columns <= 200; columns += 1)
    expect(progressLine({ done: 999, failed: 1, total: 10_000 }, columns).length).toBeLessThan(columns);
});

test("it draws over itself in place, and erases itself", () => {
  const written: string[] = [];
  const bar = new ProgressBar({ columns: 0, write: (text) => written.push(text) });
  bar.draw({ done: 1, failed: 0, total: undefined });
  bar.erase();
  expect(written).toEqual(["\r1 done, 0 failed\x1b[K", "\r\x1b[K"]);
});

test("it needs a terminal that can erase a line", () => {
  const write = () => {};
  expect(canErase({ isTTY: true, write }, "xterm")).toBe(true);
  expect(canErase({ isTTY: true, write }, undefined)).toBe(true); // Windows has no TERM.
  expect(canErase({ isTTY: true, write }, "dumb")).toBe(false);
  expect(canErase({ isTTY: false, write }, "xterm")).toBe(false);
  expect(canErase({ write }, "xterm")).toBe(false);
});
