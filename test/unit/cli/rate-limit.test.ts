import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rateLimit } from "../../../src/cli/rate-limit.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("requests are spaced evenly, without a burst, even after a pause", async () => {
  const takeTurn = rateLimit(10, new AbortController().signal);
  const turns: number[] = [];
  const start = Date.now();
  const take = () => void takeTurn().then(() => turns.push(Date.now() - start));
  for (let request = 0; request < 5; request += 1) take();
  await vi.advanceTimersByTimeAsync(5000);
  for (let request = 0; request < 3; request += 1) take();
  await vi.advanceTimersByTimeAsync(1000);
  expect(turns).toEqual([0, 100, 200, 300, 400, 5000, 5100, 5200]);
});

test("without a rate, nobody waits", async () => {
  await Promise.all(Array.from({ length: 100 }, rateLimit(undefined, new AbortController().signal)));
  expect(vi.getTimerCount()).toBe(0);
});

test("everyone who waits is released when the run stops", async () => {
  const controller = new AbortController();
  const takeTurn = rateLimit(1, controller.signal);
  await takeTurn();
  const waiting = expect(takeTurn()).rejects.toThrow();
  controller.abort();
  await waiting;
});
