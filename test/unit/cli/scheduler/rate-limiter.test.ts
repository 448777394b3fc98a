import { expect, test } from "vitest";
import { RateLimiter } from "../../../../src/cli/scheduler/rate-limiter.js";
import { VirtualClock } from "../../../support/virtual-clock.js";

/** Sends requests as fast as the limiter allows, and returns when. */
async function send(limiter: RateLimiter, clock: VirtualClock, count: number, isRejected = (_: number) => false) {
  const times: number[] = [];
  while (times.length < count) {
    if (limiter.waitMs() > 0) await clock.settle(clock.delay(limiter.waitMs()));
    limiter.take();
    times.push(clock.now());
    await clock.settle(clock.delay(1)); // The response.
    if (isRejected(times.length)) limiter.rejected();
    else limiter.accepted();
  }
  return times;
}

test.each([
  [0.5, 2000],
  [20, 50],
  [250, 4],
])("%d a second are spaced evenly", async (rate, intervalMs) => {
  const clock = new VirtualClock();
  const times = await send(new RateLimiter(rate, clock), clock, 10);
  for (const [index, at] of times.entries()) expect(at).toBeCloseTo(index * intervalMs, 6);
});

test("after a pause, at most 10 ms are caught up on", async () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter(1000, clock);
  await send(limiter, clock, 10);
  await clock.settle(clock.delay(60_000));
  let burst = 0;
  for (; limiter.waitMs() <= 0; burst += 1) limiter.take();
  expect(burst).toBe(11);
});

test("after a 429, 70 % of the measured rate are sent, and then more and more", async () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter(100, clock);
  await send(limiter, clock, 300, (count) => count === 300);
  const times = await send(limiter, clock, 600);
  const perSecond = (from: number) => (50 * 1000) / ((times[from + 50] ?? 0) - (times[from] ?? 0));
  expect(perSecond(0)).toBeGreaterThan(65);
  expect(perSecond(0)).toBeLessThan(90);
  expect(perSecond(540)).toBeCloseTo(100, 0); // Never above the operator's.
});

test("however often the API rejects requests, one is sent every other second", async () => {
  const clock = new VirtualClock();
  const limiter = new RateLimiter(Infinity, clock);
  await send(limiter, clock, 100, () => true);
  const [first = 0, second = 0] = await send(limiter, clock, 2, () => true);
  expect(second - first).toBeLessThanOrEqual(2000);
});
