import { expect, test } from "vitest";
import { RateLimiter } from "../../../../src/cli/mark-read/rate-limiter.js";

/** Sends requests as fast as the limiter allows, each with a response after 1 ms, and returns when. */
function send(limiter: RateLimiter, from: number, count: number, isRejected = (_: number) => false): number[] {
  const times: number[] = [];
  for (let now = from; times.length < count; now += 1) {
    now = Math.max(now, limiter.nextAt);
    limiter.take(now);
    times.push(now);
    if (isRejected(times.length)) limiter.rejected(now + 1, "u1", false);
    else limiter.accepted(now + 1);
  }
  return times;
}

test.each([
  [0.5, 2000],
  [20, 50],
  [250, 4],
])("%d a second are spaced evenly", (rate, intervalMs) => {
  const times = send(new RateLimiter(rate, 0), 0, 10);
  for (const [index, at] of times.entries()) expect(at).toBeCloseTo(index * intervalMs, 6);
});

test("after a pause, at most 10 ms are caught up on", () => {
  const limiter = new RateLimiter(1000, 0);
  send(limiter, 0, 10);
  let burst = 0;
  for (; limiter.nextAt <= 60_000; burst += 1) limiter.take(60_000);
  expect(burst).toBe(11);
});

test("after a 429, 70 % of the measured rate are sent, and then more and more", () => {
  const limiter = new RateLimiter(100, 0);
  const [last = 0] = send(limiter, 0, 300, (count) => count === 300).slice(-1);
  const times = send(limiter, last + 1, 600);
  const perSecond = (from: number) => (50 * 1000) / ((times[from + 50] ?? 0) - (times[from] ?? 0));
  expect(perSecond(0)).toBeGreaterThan(65);
  expect(perSecond(0)).toBeLessThan(90);
  expect(perSecond(540)).toBeCloseTo(100, 0); // Never above the operator's.
});

test("however often the API rejects requests, one is sent every other second", () => {
  const limiter = new RateLimiter(Infinity, 0);
  const [first = 0, second = 0] = send(limiter, 0, 102, () => true).slice(-2);
  expect(second - first).toBeLessThanOrEqual(2000);
});

test.each<[string, string, number, boolean]>([
  ["two users within 10 s lowers", "u2", 9999, true],
  ["one user does not lower", "u1", 1, false],
  ["two users, 10 s apart, does not lower", "u2", 10_000, false],
])("where there are several users, a 429 of %s the rate", (_, user, afterMs, isLowered) => {
  const limiter = new RateLimiter(Infinity, 1000);
  for (let now = 1000; now < 1020; now += 1) limiter.take(now);
  limiter.rejected(1020, "u1", true);
  limiter.rejected(1020 + afterMs, user, true);
  limiter.take(1020 + afterMs);
  expect(limiter.nextAt > 1020 + afterMs).toBe(isLowered);
});

test.each([
  ["so far, of half a second at least, if that is all there is", 20, 0, 1020, 0.7 * 40],
  ["lately, if it has changed", 300, 40, 13_000, 0.7 * 10],
])("the rate that counts is the one %s", (_, fast, slow, now, perSecond) => {
  const limiter = new RateLimiter(Infinity, 1000);
  for (let sent = 0; sent < fast; sent += 1) limiter.take(1000 + sent);
  for (let sent = 0; sent < slow; sent += 1) limiter.take(9000 + 100 * sent);
  limiter.rejected(now, "u1", false);
  limiter.take(now);
  limiter.take(now);
  expect(limiter.nextAt - now).toBeCloseTo(2000 / perSecond - 10, 0); // 10 ms are caught up on.
});
