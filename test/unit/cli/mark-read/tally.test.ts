import { describe, expect, test, vi } from "vitest";
import { LineError } from "../../../../src/cli/mark-read/order-line.js";
import { Tally } from "../../../../src/cli/mark-read/tally.js";
import { useFakeClock } from "../../../support/fake-clock.js";

useFakeClock();

const success = (attempts = 1) => ({ data: { messages_read_count: 15 }, attempts });
const failure = (message: string) => ({ error: new TypeError(message), attempts: 1 });

test("the summary counts what was done and what failed, with their rate and an example of each kind of failure", () => {
  vi.advanceTimersByTime(5000);
  const tally = new Tally("line");
  for (let order = 0; order < 20; order += 1) tally.count(`order-${order}`, success(order === 3 ? 2 : 1));
  for (const id of ["a", "b"]) tally.count(id, failure("order_id must not be empty"));
  tally.count(null, { error: new LineError("the line has 3 fields"), attempts: 0 });
  tally.doneBefore = 7;
  tally.total = 23;
  for (let position = 1; position <= 23; position += 1) tally.countPrinted(position);
  vi.advanceTimersByTime(10_000);
  expect(tally.summary()).toEqual([
    "20 done (1 with a count that is a lower bound), 3 failed, 7 already done in 10 s (2.3/s)",
    "  2 × TypeError, such as a: order_id must not be empty",
    "  1 × LineError, such as the line has 3 fields",
  ]);
});

test("the rate of the first millisecond is no division by zero", () => {
  const tally = new Tally("line");
  tally.count("a", success());
  expect(tally.finishedPerSecond).toBe(1000);
});

describe("after a run that stopped, the summary says what is left, and where to resume", () => {
  const stopped = (unit: "line" | "order id", total: number | undefined) => {
    const tally = new Tally(unit);
    tally.count("a", success());
    tally.countPrinted(1);
    tally.total = total;
    return tally;
  };

  test.each<["line" | "order id", number | undefined, string, string]>([
    ["line", 10, "1 done, 0 failed, 9 left in 0 ms (1000/s)", "resume with line 2 (tail -n +2)"],
    ["line", undefined, "1 done, 0 failed, the rest not read in 0 ms (1000/s)", "resume with line 2 (tail -n +2)"],
    ["order id", 2, "1 done, 0 failed, 1 left in 0 ms (1000/s)", "resume with order id 2"],
  ])("%s, of %s", (unit, total, counts, resume) => {
    expect(stopped(unit, total).summary()).toEqual([counts, resume]);
  });

  test("at the first order without a result, of whatever was printed after it", () => {
    const tally = stopped("line", 10);
    for (const position of [5, 3, 4]) tally.countUnfinished(position);
    tally.countPrinted(6);
    tally.inFlight = 3;
    expect(tally.summary()).toEqual([
      "1 done, 0 failed, 3 sent without a response, 6 left in 0 ms (1000/s)",
      "resume with line 3 (tail -n +3)",
    ]);
  });
});
