// Random servers, in virtual time: what must hold whatever they do.
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import {
  failing,
  marked,
  newToken,
  randomFrom,
  simulate,
  type Reply,
  type SimulatedRequest,
} from "../../../support/simulated-api.js";

// `npm run test:long` asks for more of all properties.
const numRuns = Number(process.env["PROPERTY_RUNS"] ?? 300) / 2;
vi.setConfig({ testTimeout: 120_000 + numRuns * 60 });

const RETRY_AFTER = [undefined, "0", "1", "7", "90", "100000", "Fri, 01 Jan 2021 00:00:00 GMT", "soon"] as const;
const share = (max: number) => fc.double({ min: 0, max, noNaN: true });

/** A server: what is wrong with it. */
const server = fc.record({
  outages: fc.array(fc.record({ from: fc.nat(30_000), lastsMs: fc.nat(60_000), hangs: fc.boolean() }), {
    maxLength: 2,
  }),
  limit: fc.option(fc.record({ perSecond: fc.integer({ min: 5, max: 100 }), user: fc.option(fc.nat(2)) })),
  poison: fc.array(fc.nat(60), { maxLength: 12 }),
  hung: fc.array(fc.nat(60), { maxLength: 3 }),
  unknown: fc.array(fc.nat(60), { maxLength: 5 }),
  failingShare: share(0.3),
  retryAfter: fc.constantFrom(...RETRY_AFTER),
  latencyMs: fc.integer({ min: 1, max: 300 }),
});

/** A run against it. */
const run = fc.record({
  orders: fc.integer({ min: 1, max: 60 }),
  users: fc.integer({ min: 0, max: 3 }),
  concurrency: fc.integer({ min: 1, max: 12 }),
  rate: fc.constantFrom(Infinity, 0.5, 3, 40),
  maxOutageMs: fc.constantFrom(0, 20_000, 300_000),
  seed: fc.nat(),
});

test("whatever the server does, each order has one result or the run says why not, within all limits", async () => {
  await fc.assert(
    fc.asyncProperty(server, run, async (broken, { orders, users, concurrency, rate, maxOutageMs, seed }) => {
      const random = randomFrom(seed);
      const headers = broken.retryAfter === undefined ? {} : { "Retry-After": broken.retryAfter };
      const credits = new Map<string, { left: number; at: number }>();
      const isLimited = ({ userId, at }: SimulatedRequest) => {
        const { perSecond = 0, user = null } = broken.limit ?? {};
        if (perSecond === 0 || (user !== null && userId !== `u${user}`)) return false;
        const credit = credits.get("") ?? { left: 5, at: 0 };
        const left = Math.min(5, credit.left + ((at - credit.at) * perSecond) / 1000) - 1;
        credits.set("", { left: Math.max(left, left + (left < 0 ? 1 : 0)), at });
        return left < 0;
      };
      const api = (request: SimulatedRequest): Reply => {
        const outage = broken.outages.find(({ from, lastsMs }) => request.at >= from && request.at < from + lastsMs);
        const number = Number(request.orderId.slice(6));
        if (outage?.hangs || (!request.isTokenRequest && broken.hung.includes(number))) return "never";
        if (outage) return { response: failing(503, headers) };
        if (isLimited(request)) return { response: failing(429, headers) };
        if (request.isTokenRequest) return { response: newToken() };
        if (broken.poison.includes(number)) return { response: failing(500, headers) };
        if (broken.unknown.includes(number)) return { response: failing(404) };
        return { response: random() < broken.failingShare ? failing(503, headers) : marked() };
      };
      const ids = Array.from({ length: orders }, (_, n) => (users === 0 ? `order-${n}` : `u${n % users}/order-${n}`));
      const {
        stop,
        results,
        requests,
        maxInFlight,
        clock,
        orders: finished,
      } = await simulate({
        ids,
        api,
        random,
        latencyMs: broken.latencyMs,
        withTokens: users > 0,
        settings: { concurrency, rate, maxOutageMs },
      });

      expect(results.size === orders || stop !== undefined).toBe(true);
      expect(stop === undefined ? results.size : orders).toBe(orders);
      expect(maxInFlight).toBeLessThanOrEqual(concurrency);
      expect(clock.pending).toBe(0);
      for (const { attempts } of finished.values()) expect(attempts).toBeLessThanOrEqual(5);
      const counts = new Map<string, number>();
      for (const { orderId } of requests) counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
      counts.delete(""); // Token requests.
      expect(Math.max(0, ...counts.values())).toBeLessThanOrEqual(5);
      const times = requests.map(({ at }) => at);
      for (const [index, at] of times.entries())
        for (const after of [1, 10]) {
          const allowed = (((times[index + after] ?? Infinity) - at + 10) * rate) / 1000 + 1;
          expect(after).toBeLessThanOrEqual(allowed + 1e-6);
        }
    }),
    { numRuns },
  );
});

test("orders that are well are never held up by poison, hung or slow ones", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(199), { minLength: 1, maxLength: 7 }),
      fc.constantFrom("never", 500, 503, 429),
      fc.constantFrom(...RETRY_AFTER.slice(0, 5)),
      fc.nat(),
      async (ill, kind, retryAfter, seed) => {
        const headers = retryAfter === undefined || kind === 429 ? {} : { "Retry-After": retryAfter };
        const isIll = (orderId: string) => ill.includes(Number(orderId.slice(6)));
        const { finishedAt, failed, stop } = await simulate({
          ids: Array.from({ length: 200 }, (_, n) => `order-${n}`),
          api: ({ orderId }) => {
            if (!isIll(orderId)) return { response: marked() };
            return typeof kind === "string" ? "never" : { response: failing(kind, headers) };
          },
          random: randomFrom(seed),
        });
        expect(stop).toBeUndefined();
        expect(new Set(failed.map((id) => Number(id.slice(6))))).toEqual(new Set(ill));
        const wellAt = [...finishedAt].filter(([orderId]) => !isIll(orderId)).map(([, at]) => at);
        // At most seven of eight places are taken, for as long as it takes to find out; a 429 slows down all.
        expect(Math.max(...wellAt)).toBeLessThan(kind === 429 ? 90_000 : 8 * 15 * 25 + 1000);
      },
    ),
    { numRuns: Math.ceil(numRuns / 2.5) },
  );
});

test("an outage takes few requests until it is noticed, then one trial at a time, at most twelve in five minutes", async () => {
  const given = fc.record({
    from: fc.nat(5000),
    retryAfter: fc.constantFrom(...RETRY_AFTER),
    userOf: fc.constantFrom(
      () => "",
      (n: number) => `u${n % 2}/`,
      (n: number) => `u${n % 50}/`,
      (n: number) => `u${n >> 10}/`,
    ),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ from, retryAfter, userOf, seed }) => {
      const headers = retryAfter === undefined ? {} : { "Retry-After": retryAfter };
      const { requests } = await simulate({
        ids: Array.from({ length: 3000 }, (_, n) => `${userOf(n)}order-${n}`),
        api: ({ at }) => ({ response: at >= from ? failing(503, headers) : marked() }),
        random: randomFrom(seed),
      });
      expect(requests.filter(({ at }) => at >= from && at <= from + 100).length).toBeLessThanOrEqual(3 * 8);
      const trials = requests.filter(({ at }) => at > from + 100);
      expect(trials.length).toBeLessThanOrEqual(12);
      for (const [index, { at }] of trials.entries()) expect(at - (trials[index - 1]?.at ?? 0)).toBeGreaterThan(15);
    }),
    { numRuns: Math.ceil(numRuns / 5) },
  );
});
