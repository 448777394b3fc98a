import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/cli/clock.js";

afterEach(() => void vi.useRealTimers());

test("calls back once the time has passed, at the latest after 24 days, unless it is cancelled", () => {
  vi.useFakeTimers();
  const called: string[] = [];
  systemClock.after(10.5, () => called.push("soon"));
  systemClock.after(Infinity, () => called.push("late"));
  systemClock.after(5, () => called.push("cancelled"))();
  vi.advanceTimersByTime(10);
  expect(called).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(called).toEqual(["soon"]);
  vi.advanceTimersByTime(24 * 86_400_000);
  expect(called).toEqual(["soon"]);
  vi.advanceTimersByTime(86_400_000);
  expect(called).toEqual(["soon", "late"]);
});
