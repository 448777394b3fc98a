import { expect, test } from "vitest";
import { CircuitBreaker, type OtherUsers, type SentRequest } from "../../../../src/cli/mark-read/circuit-breaker.js";

const fail = (breaker: CircuitBreaker, request: SentRequest, now = 0, retryAfterMs = 0) =>
  breaker.failed(request, now, retryAfterMs, () => "none");

/** Sends so many first requests, one after the other, which fail at once. Returns whether the breaker has opened. */
function failing(breaker: CircuitBreaker, times: number, now = 0, retryAfterMs = 0): boolean {
  const opened = Array.from({ length: times }, () => fail(breaker, breaker.sent("u1", true), now, retryAfterMs));
  return opened.includes(true);
}

test("the breaker opens at the eighth failure in a row, once", () => {
  const breaker = new CircuitBreaker();
  const before = breaker.sent("u1", true);
  expect([failing(breaker, 7), breaker.isOpen, failing(breaker, 1), breaker.isOpen]).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(fail(breaker, before)).toBe(false); // It was sent before.
});

test("only orders that had not failed before count, whatever comes between", () => {
  const breaker = new CircuitBreaker();
  failing(breaker, 7);
  for (let again = 0; again < 9; again += 1) expect(fail(breaker, breaker.sent("u1", false))).toBe(false);
  expect(failing(breaker, 1)).toBe(true);
});

test("with several users, at least two of them have to fail, or twice as many orders if no other may be sent", () => {
  const breaker = new CircuitBreaker();
  const ofUser = (user: string, others: OtherUsers) => breaker.failed(breaker.sent(user, true), 0, 0, () => others);
  expect(Array.from({ length: 20 }, () => ofUser("u1", "ready"))).not.toContain(true);
  expect(ofUser("u2", "ready")).toBe(true);
  breaker.succeeded(breaker.sent("u1", true));
  expect(Array.from({ length: 15 }, () => ofUser("u1", "waiting"))).not.toContain(true);
  expect(ofUser("u1", "waiting")).toBe(true);
});

test("failures and slow successes in any order: what is sent last says how the API is", () => {
  const breaker = new CircuitBreaker();
  const slow = Array.from({ length: 7 }, () => breaker.sent("u1", true));
  for (const request of slow) {
    failing(breaker, 1);
    breaker.succeeded(request); // It was sent before the first failure of the row.
  }
  expect(failing(breaker, 1)).toBe(true);

  const next = new CircuitBreaker();
  failing(next, 7);
  const pending = next.sent("u1", true);
  expect([failing(next, 1), next.isOpen]).toEqual([false, false]); // The one in between may still succeed.
  next.succeeded(pending); // It ends the row before it, but not the one after.
  expect([failing(next, 6), failing(next, 1)]).toEqual([false, true]);
});

test("each request in flight in between makes up for one failure, so that a slow one does not hide an outage", () => {
  const breaker = new CircuitBreaker();
  breaker.sent("u1", true);
  failing(breaker, 2);
  for (let slow = 0; slow < 3; slow += 1) breaker.sent("u1", true); // More than the failures before.
  expect([failing(breaker, 4), breaker.sent("u1", true).trialOf !== undefined, failing(breaker, 4)]).toEqual([
    false,
    false,
    false,
  ]);
  expect(failing(breaker, 1)).toBe(true);
});

test("a success closes the breaker only if it was sent after the row began", () => {
  const breaker = new CircuitBreaker();
  const before = breaker.sent("u1", true);
  failing(breaker, 7);
  const [eighth, after] = [breaker.sent("u1", true), breaker.sent("u1", true)];
  fail(breaker, eighth);
  breaker.succeeded(before);
  expect(breaker.isOpen).toBe(true);
  breaker.succeeded(after);
  expect([breaker.isOpen, breaker.readyAt, breaker.failingSince]).toEqual([false, 0, Infinity]);
  expect([failing(breaker, 5), failing(breaker, 2)]).toEqual([false, false]); // The row starts anew.
  const between = breaker.sent("u1", true);
  expect([failing(breaker, 1), failing(breaker, 1)]).toEqual([false, true]);
  breaker.succeeded(between);
  expect(breaker.isOpen).toBe(false);
});

test("a failure of a request that was sent before one that succeeded says nothing any more", () => {
  const breaker = new CircuitBreaker();
  const hung = Array.from({ length: 9 }, () => breaker.sent("u1", true));
  breaker.succeeded(breaker.sent("u1", true));
  expect(hung.map((request) => fail(breaker, request))).not.toContain(true);
});

test("trials follow one at a time, after 1 s, doubled up to a minute, not before the Retry-After that opened it", () => {
  const breaker = new CircuitBreaker();
  failing(breaker, 8);
  const trials = [];
  for (let now = breaker.readyAt; trials.length < 8; now = breaker.readyAt) {
    trials.push(now / 1000);
    const trial = breaker.sent("u1", true);
    expect([trial.trialOf !== undefined, breaker.readyAt]).toEqual([true, Infinity]);
    expect(fail(breaker, trial, now, 99_000)).toBe(true);
  }
  expect(trials).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
  breaker.succeeded(breaker.sent("u1", true));
  failing(breaker, 7);
  failing(breaker, 1, 0, 5000);
  expect(breaker.readyAt).toBe(5000);
});

test("the time of an outage counts from the first failure of the row", () => {
  const breaker = new CircuitBreaker();
  failing(breaker, 1, 50);
  breaker.sent("u1", true); // It makes up for the failure before it.
  failing(breaker, 1, 100);
  failing(breaker, 7, 900);
  expect(breaker.failingSince).toBe(100);
});

test("a trial that hangs holds up nothing once a request sent before it has closed the breaker, nor later trials", () => {
  const breaker = new CircuitBreaker();
  failing(breaker, 7);
  const [eighth, slow, ninth] = [1, 2, 3].map(() => breaker.sent("u1", true)) as [
    SentRequest,
    SentRequest,
    SentRequest,
  ];
  expect([fail(breaker, eighth), fail(breaker, ninth)]).toEqual([true, false]);
  const hung = breaker.sent("u1", true);
  expect([breaker.isOpen, breaker.readyAt]).toEqual([true, Infinity]);
  breaker.succeeded(slow);
  expect([breaker.isOpen, breaker.readyAt]).toEqual([false, 0]);
  expect(failing(breaker, 8)).toBe(true);
  expect([breaker.readyAt, fail(breaker, hung), breaker.readyAt]).toEqual([1000, false, 1000]);
});
