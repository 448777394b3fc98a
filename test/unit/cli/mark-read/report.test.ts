import { expect, test } from "vitest";
import { describeTally } from "../../../../src/cli/mark-read/report.js";

const tally = { done: 8, failed: 2, sent: 10, total: 10, printed: 10, lastPosition: 10, firstRefused: Infinity };

test.each<[string, Partial<Parameters<typeof describeTally>[0]>, "order id" | "line", string]>([
  ["all have their result", {}, "order id", "8 done, 2 failed"],
  ["all of a file with empty lines", { lastPosition: 15 }, "line", "8 done, 2 failed"],
  ["arguments are left", { total: 30 }, "order id", "8 done, 2 failed, 20 not sent; go on with order id 11"],
  [
    "a file is not read to its end",
    { total: undefined, lastPosition: 15 },
    "line",
    "8 done, 2 failed, what else there is not sent; go on with line 16",
  ],
  [
    "some are still under way, and results wait for the first of them",
    { sent: 13, total: 13, printed: 4, lastPosition: 4 },
    "order id",
    "8 done, 2 failed, 3 sent without a result; go on with order id 5",
  ],
  [
    "all have their result, but for some there was no token",
    { firstRefused: 7 },
    "line",
    "8 done, 2 failed; go on with line 7",
  ],
  [
    "nobody read the last results, and later ones had no token",
    { printed: 4, lastPosition: 4, firstRefused: 7 },
    "order id",
    "8 done, 2 failed; go on with order id 5",
  ],
  [
    "nobody read the last results",
    { printed: 9, lastPosition: 9 },
    "order id",
    "8 done, 2 failed; go on with order id 10",
  ],
])("%s", (_, changes, unit, text) => {
  expect(describeTally({ ...tally, ...changes }, unit)).toBe(text);
});
