import { describe, expect, test } from "vitest";
import { canErase, ProgressBar, progressLine } from "../../../../src/cli/mark-read/progress-bar.js";

describe("the line shows how many orders are done, failed and in total, the rate, and the remaining time", () => {
  test.each<[string, [number, number, number | undefined, number], string]>([
    ["at the start", [0, 0, 4, 80], `[${"-".repeat(30)}] 0 done, 0 failed of 4`],
    ["half way", [1, 1, 4, 80], `[${"#".repeat(15)}${"-".repeat(15)}] 1 done, 1 failed of 4, 2.0/s, 1 s left`],
    ["at the end", [3, 1, 4, 80], `[${"#".repeat(30)}] 3 done, 1 failed of 4, 2.0/s`],
    [
      "with a shorter bar where there is less room",
      [1, 1, 4, 52],
      "[#####-----] 1 done, 1 failed of 4, 2.0/s, 1 s left",
    ],
    ["without a bar if there is little room", [1, 1, 4, 40], "1 done, 1 failed of 4, 2.0/s, 1 s left"],
    ["cut off on a narrow terminal", [1, 1, 4, 9], "1 done, "],
    ["without a bar if the total is unknown", [1, 1, undefined, 80], "1 done, 1 failed, 2.0/s"],
    ["without a bar if there is nothing", [0, 0, 0, 80], "0 done, 0 failed of 0"],
  ])("%s", (_, [done, failed, total, columns], line) => {
    expect(progressLine({ done, failed, total, finishedPerSecond: 2 }, "", columns)).toBe(line);
  });

  test("a note replaces the remaining time", () => {
    const progress = { done: 1, failed: 0, total: 4, finishedPerSecond: 2 };
    expect(progressLine(progress, "waiting 3 s: status 429", 50)).toBe(
      "1 done, 0 failed of 4, 2.0/s, waiting 3 s: status",
    );
  });
});

test("the last column stays empty, however narrow the terminal is", () => {
  const progress = { done: 999, failed: 1, total: 10_000, finishedPerSecond: 7 };
  for (let columns = 1; columns <= 200; columns += 1)
    expect(progressLine(progress, "", columns).length).toBeLessThan(columns);
});

test("the bar redraws itself in place, and erases itself", () => {
  const written: string[] = [];
  const bar = new ProgressBar({ columns: 0, write: (text) => written.push(text) });
  bar.draw({ done: 1, failed: 0, total: undefined, finishedPerSecond: 2 });
  bar.erase();
  expect(written).toEqual(["\r1 done, 0 failed, 2.0/s\x1b[K", "\r\x1b[K"]);
});

test("the bar needs a terminal that can erase a line", () => {
  const write = () => {};
  expect(canErase({ isTTY: true, write }, "xterm")).toBe(true);
  expect(canErase({ isTTY: true, write }, undefined)).toBe(true); // Windows has no TERM.
  expect(canErase({ isTTY: true, write }, "dumb")).toBe(false);
  expect(canErase({ isTTY: false, write }, "xterm")).toBe(false);
  expect(canErase({ write }, "xterm")).toBe(false);
});
