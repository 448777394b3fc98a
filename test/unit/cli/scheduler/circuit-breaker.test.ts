import { expect, test } from "vitest";
import { CircuitBreaker } from "../../../../src/cli/scheduler/circuit-breaker.js";

const failure = { user: "u1", hasSeveralUsers: false, retryAfterMs: 0 };

/** Fails so many orders, and tells whether the breaker has opened. */
function fail(breaker: CircuitBreaker, times: number, details: Partial<typeof failure> = {}, now = 0): boolean {
  const opened = Array.from({ length: times }, () => breaker.failed({ ...failure, ...details }, now));
  return opened.includes(true);
}

test("the breaker opens at the eighth failure in a row, once", () => {
  const breaker = new CircuitBreaker();
  expect([fail(breaker, 7), fail(breaker, 1), fail(breaker, 5)]).toEqual([false, true, false]);
});

test("a success starts the row anew", () => {
  const breaker = new CircuitBreaker();
  fail(breaker, 7);
  breaker.succeeded();
  expect([breaker.failingSince, fail(breaker, 7), breaker.isOpen]).toEqual([undefined, false, false]);
});

test("with several users, at least two of them have to fail", () => {
  const breaker = new CircuitBreaker();
  expect(fail(breaker, 20, { hasSeveralUsers: true })).toBe(false);
  expect(fail(breaker, 1, { hasSeveralUsers: true, user: "u2" })).toBe(true);
});

test("trials follow after 1 s, doubled up to a minute, and not before the Retry-After that opened it", () => {
  const breaker = new CircuitBreaker();
  fail(breaker, 8);
  const trials = [];
  for (let now = breaker.trialAt ?? 0; trials.length < 8; now = breaker.trialAt ?? 0) {
    trials.push(now / 1000);
    breaker.trialFailed(now);
  }
  expect(trials).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
  breaker.succeeded();
  fail(breaker, 8, { retryAfterMs: 5000 });
  expect(breaker.trialAt).toBe(5000);
});

test("the time of an outage counts from the first failure of the row", () => {
  const breaker = new CircuitBreaker();
  fail(breaker, 1, {}, 100);
  fail(breaker, 7, {}, 900);
  expect(breaker.failingSince).toBe(100);
});

test("a trial that fails after the breaker has closed changes nothing", () => {
  const breaker = new CircuitBreaker();
  fail(breaker, 8);
  breaker.succeeded();
  breaker.trialFailed(1000);
  expect([breaker.isOpen, breaker.trialAt]).toEqual([false, undefined]);
});
