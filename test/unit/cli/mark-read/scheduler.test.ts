// The whole scheduler in virtual time, against an API that is a function.
import { describe, expect, test, vi } from "vitest";
import type { Scheduler } from "../../../../src/cli/mark-read/scheduler.js";
import {
  failing,
  marked,
  newToken,
  randomFrom,
  simulate,
  type Reply,
  type SimulatedRequest,
} from "../../../support/simulated-api.js";
import type { VirtualClock } from "../../../support/virtual-clock.js";

/** Ids of orders, such as `u1/order-u1-0` for the user `u1`. */
const ids = (count: number, userId?: string) =>
  Array.from({ length: count }, (_, n) => (userId === undefined ? `order-${n}` : `${userId}/order-${userId}-${n}`));
const bare = (id: string) => id.split("/").at(-1);
vi.setConfig({ testTimeout: 120_000 }); // Others may use the machine.

const well = (): Reply => ({ response: marked() });
const down = (headers: Record<string, string> = {}): Reply => ({ response: failing(503, headers) });
const limited = (seconds: string): Reply => ({ response: failing(429, { "Retry-After": seconds }) });
const requestsFor = (requests: readonly SimulatedRequest[], id: string) => requests.filter((r) => r.orderId === id);
const between = (requests: readonly SimulatedRequest[], from: number, to: number) =>
  requests.filter(({ at }) => at >= from && at < to);

test("orders are sent in the order of the input, each once, and no more than --concurrency at a time", async () => {
  const { stop, requests, results, maxInFlight, clock } = await simulate({ ids: ids(100), api: well });
  expect([stop, results.size, maxInFlight, clock.pending]).toEqual([undefined, 100, 8, 0]);
  expect(requests.map(({ orderId }) => orderId)).toEqual(ids(100));
});

describe("an order", () => {
  test.each([
    ["that is poison", () => down()],
    ["that is poison and asks to wait", () => down({ "Retry-After": "1" })],
    ["that asks to wait no time", () => down({ "Retry-After": "0" })],
    ["that asks to wait until a time in the past", () => down({ "Retry-After": "Fri, 01 Jan 2021 00:00:00 GMT" })],
    ["that never gets a response", (): Reply => "never"],
  ])("%s is sent five times within growing waits, and holds up nobody", async (_, reply) => {
    const api = ({ orderId }: SimulatedRequest) => (orderId === "order-100" ? reply() : well());
    const { failed, requests, orders, finishedAt } = await simulate({ ids: ids(1000), api });
    expect(failed).toEqual(["order-100"]);
    const times = requestsFor(requests, "order-100").map(({ at }) => at);
    expect([times.length, orders.get("order-100")?.attempts]).toEqual([5, 5]);
    const busyMs = reply() === "never" ? 10_000 : 15;
    for (const [index, waitMs] of [1000, 2000, 4000, 8000].entries()) {
      const waited = (times[index + 1] ?? 0) - (times[index] ?? 0) - busyMs;
      expect(waited).toBeGreaterThanOrEqual(0.75 * waitMs);
      expect(waited).toBeLessThan(1.25 * waitMs + 30);
    }
    finishedAt.delete("order-100");
    expect(Math.max(...finishedAt.values())).toBeLessThan(1.2 * ((1000 * 15) / 8));
  });

  test("that the API rejects for good is sent once", async () => {
    const { failed, requests } = await simulate({ ids: ids(3), api: () => ({ response: failing(404) }) });
    expect([failed.length, requests.length]).toEqual([3, 3]);
  });

  test("with its own Retry-After waits at least as long, and one that exceeds --max-outage is left", async () => {
    const api = (seconds: string) => {
      let sent = 0;
      return ({ orderId }: SimulatedRequest) =>
        orderId === "order-1" && (sent += 1) === 1 ? down({ "Retry-After": seconds }) : well();
    };
    const waiting = await simulate({ ids: ids(20), api: api("200") });
    expect([waiting.stop, waiting.results.size]).toEqual([undefined, 20]);
    expect(requestsFor(waiting.requests, "order-1")[1]?.at).toBeGreaterThanOrEqual(200_000);
    const leaving = await simulate({ ids: ids(20), api: api("400") });
    expect(leaving.stop).toMatch(
      /^stopped, because Retry-After keeps 1 order waiting until \d{4}-\S+:\d\dZ, longer than --max-outage$/,
    );
    expect([leaving.results.size, leaving.now < 1000]).toEqual([19, true]);
    expect(Date.parse(/until (\S+),/.exec(leaving.stop ?? "")?.[1] ?? "") - Date.now()).toBeGreaterThan(350_000);
  });

  test.each<[string, Reply, boolean]>([
    ["a timeout", "never", true],
    ["a 500", { response: failing(500) }, true],
    ["a lost connection", { response: networkError("ECONNRESET") }, true],
    ["a refused connection", { response: networkError("ECONNREFUSED") }, false],
    ["a 429", { response: failing(429) }, false],
    ["a page", { response: new Response("<html>", { headers: { "content-type": "text/html" } }) }, false],
  ])("is known to be marked perhaps, or not, after %s", async (_, reply, expected) => {
    let sent = 0;
    const { orders } = await simulate({ ids: ["a"], api: () => ((sent += 1) === 1 ? reply : well()) });
    expect(orders.get("a")).toMatchObject({ attempts: 2, mayBeMarked: expected });
  });
});

function networkError(code: string): Error {
  return Object.assign(new Error("lost"), { name: "NetworkError", code, [Symbol.for(BRAND)]: true, ...TRANSIENT });
}
const BRAND = "instacart-post-checkout-chat.ChatClientError";
const TRANSIENT = { retryable: true, attempts: [] };

describe("an outage", () => {
  test.each([
    ["with 503", () => down()],
    ["with 503 at once, while good responses take 15 ms", (): Reply => ({ response: failing(503), afterMs: 1 })],
    ["with Retry-After: 0", () => down({ "Retry-After": "0" })],
    ["of lost connections", (): Reply => ({ response: networkError("ECONNRESET") })],
    ["that is a page with 200", (): Reply => ({ response: new Response("<html>") })],
    ["that is a page of a secret", (): Reply => ({ response: new Response("a-token <html>", { status: 403 }) })],
    ["that is a firewall's 403", (): Reply => ({ response: new Response("<html>", { status: 403 }) })],
    [
      "that is a redirect",
      (): Reply => ({ response: new Response(null, { status: 302, headers: { location: "/" } }) }),
    ],
  ])("%s takes a few requests, and no order is lost", async (_, reply) => {
    const api = ({ at }: SimulatedRequest) => (at >= 1000 && at < 6000 ? reply() : well());
    const { stop, failed, results, requests, events } = await simulate({ ids: ids(4000), api });
    expect([stop, failed, results.size]).toEqual([undefined, [], 4000]);
    expect(between(requests, 1000, 6000).length).toBeLessThanOrEqual(22);
    expect(events.map((event) => event.split(" ")[0])).toEqual(["outage,", "outage,", "outage,", "recovery"]);
  });

  test.each([8, 32])(
    "is not what a failure of every fourth request means that comes at once, with %i in flight",
    async (concurrency) => {
      const random = randomFrom(1);
      const { events, requests, now } = await simulate({
        ids: ids(1000),
        api: () => (random() < 0.25 ? { response: failing(503), afterMs: 1 } : well()),
        random,
        settings: { concurrency },
      });
      expect([events, requests.length < 1.4 * 1000]).toEqual([[], true]);
      expect(now).toBeLessThan((1000 * 15) / concurrency / 0.6 + 30_000); // The last ones back off for long.
    },
  );

  test("that lasts stops the run after --max-outage, and aborts a trial in flight", async () => {
    const { stop, results, requests, now } = await simulate({
      ids: ids(1000),
      api: ({ at }) => (at > 1000 ? "never" : well()),
      timeoutMs: 200_000,
      settings: { maxOutageMs: 250_000 },
    });
    expect(stop).toMatch(/^stopped, because the API has failed for 4 min 10 s: /);
    expect([requests.length - results.size, now]).toEqual([17, expect.closeTo(451_000, -3)]);
  });

  test("that stops the run lets a request go on that was sent before", async () => {
    const api = ({ orderId }: SimulatedRequest): Reply =>
      orderId === "order-0" ? { response: marked(), afterMs: 350_000 } : down();
    const { stop, results } = await simulate({ ids: ids(100), api });
    expect(stop).toMatch(/^stopped, because the API has failed for 5 min/);
    expect([...results]).toEqual([["order-0", { data: { messages_read_count: 15 } }]]);
  });

  test("is not what failures mean if the API rejects an order in between", async () => {
    const api = ({ orderId }: SimulatedRequest) =>
      Number(orderId.slice(6)) % 8 === 7 ? { response: failing(404) } : down();
    const { events, failed } = await simulate({ ids: ids(40), api, settings: { concurrency: 1 } });
    expect([events, failed.length]).toEqual([[], 40]);
  });

  test("and Retry-After tell how long nothing can be sent", async () => {
    const waits: number[] = [];
    const onStart = (scheduler: Scheduler, clock: VirtualClock) => {
      for (const at of [10, 500, 1025, 1040, 2500]) clock.after(at, () => waits.push(scheduler.waitMs));
    };
    await simulate({ ids: ids(100), api: ({ at }) => (at < 2000 ? down() : well()), onStart });
    expect(waits).toEqual([0, 515, 0, 1990, 530]);
    waits.length = 0;
    let sent = 0;
    await simulate({ ids: ids(1), api: () => ((sent += 1) === 1 ? limited("2") : well()), onStart });
    expect(waits).toEqual([0, 1515, 990, 975]);
  });

  test("stops the run at the first opening with --max-outage 0s", async () => {
    const { stop, requests } = await simulate({ ids: ids(100), api: () => down(), settings: { maxOutageMs: 0 } });
    expect([stop, requests.length]).toEqual([
      expect.stringMatching(/^stopped, because the API has failed for 0 ms: /),
      15,
    ]);
  });

  test("has trials one at a time, later and later, with orders that have not failed", async () => {
    const { requests, events } = await simulate({ ids: ids(1000), api: () => down() });
    const trials = requests.slice(15);
    expect(new Set(trials.map(({ orderId }) => orderId)).size).toBe(trials.length);
    expect(trials.length).toBeLessThanOrEqual(12);
    const waits = trials.map(({ at }, index) => Math.round((at - (trials[index - 1]?.at ?? 0)) / 1000));
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(events[0]).toBe("outage, next trial in 1000");
  });

  test("has no trial before the Retry-After that opened the breaker", async () => {
    const { requests } = await simulate({
      ids: ids(100),
      api: ({ at }) => (at < 5000 ? down({ "Retry-After": "30" }) : well()),
    });
    expect(requests.filter(({ at }) => at > 100)[0]?.at).toBeGreaterThanOrEqual(30_000);
  });

  test("does not exist with fewer than eight orders left: each fails after its attempts", async () => {
    const { stop, failed, requests, now } = await simulate({ ids: ids(7), api: () => down() });
    expect([stop, failed.length, requests.length]).toEqual([undefined, 7, 35]);
    expect(now).toBeLessThan(20_000);
  });

  const half = 2000;
  const sorted = [...ids(half, "u1"), ...ids(half, "u2")];
  const inTurn = Array.from({ length: 2 * half }, (_, n) => `u${(n % 2) + 1}/order-u${(n % 2) + 1}-${n >> 1}`);
  test.each([
    ["whose orders take turns", inTurn, 22],
    ["one after the other", sorted, 26], // Of the second one, a request for each place.
    ["one after the other, when there was a third one", [...ids(20, "u0"), ...sorted], 26],
  ])("takes a few requests with two users, too, %s", async (_, given, atMost) => {
    const api = ({ at, isTokenRequest }: SimulatedRequest) => {
      if (at >= 1000 && at < 6000) return down();
      return isTokenRequest ? { response: newToken() } : well();
    };
    const { stop, failed, results, requests } = await simulate({ ids: given, api, withTokens: true });
    expect([stop, failed, results.size]).toEqual([undefined, [], given.length]);
    expect(between(requests, 1000, 6000).length).toBeLessThanOrEqual(atMost);
  });

  test.each<[string, (request: SimulatedRequest) => Reply | undefined]>([
    ["waits between its attempts", ({ userId }) => (userId === "u0" ? down() : undefined)],
    ["has a Retry-After of minutes", ({ userId }) => (userId === "u0" ? limited("200") : undefined)],
    ["waits for its token", ({ userId, isTokenRequest }) => (userId === "u0" && isTokenRequest ? "never" : undefined)],
  ])("is noticed although the only order of another user %s", async (_, replyToOther) => {
    const api = (request: SimulatedRequest): Reply => {
      const { at, isTokenRequest } = request;
      if (at >= 1000 && at < 6000) return down();
      return replyToOther(request) ?? { response: isTokenRequest ? newToken() : marked() };
    };
    const { failed, requests, events } = await simulate({ ids: ["u0/x", ...ids(4000, "u1")], api, withTokens: true });
    expect(failed.filter((id) => id !== "x")).toEqual([]);
    expect(between(requests, 1000, 6000).length).toBeLessThanOrEqual(30);
    expect(events[0]).toMatch(/^outage, /);
  });

  test("is not what one user's failures mean while others have orders left", async () => {
    const api = ({ userId }: SimulatedRequest) => (userId === "u1" ? down() : well());
    const { events, failed } = await simulate({ ids: [...ids(30, "u1"), ...ids(2000, "u2")], api });
    expect([events, failed.length]).toEqual([[], 30]);
  });
});

test.each<[string, () => Reply]>([
  ["hang", () => "never"],
  ["fail late", () => ({ response: failing(504), afterMs: 3000 })],
])("a user whose orders all %s holds up those of others no longer than the first ones take", async (_, reply) => {
  const inTurn = Array.from({ length: 1000 }, (_, n) => `u${n % 2}/order-u${n % 2}-${n}`);
  const api = ({ userId }: SimulatedRequest) => (userId === "u0" ? reply() : well());
  const { finishedAt } = await simulate({ ids: inTurn, api });
  const ofOther = [...finishedAt].filter(([id]) => id.startsWith("order-u1")).map(([, at]) => at);
  expect([ofOther.length, Math.max(...ofOther) < 20_000]).toEqual([500, true]);
});

test("a user without others keeps all its places, whatever fails", async () => {
  const api = ({ orderId }: SimulatedRequest) => (Number(orderId.slice(6)) < 4 ? "never" : well());
  const { failed, now } = await simulate({ ids: ids(200), api });
  expect([failed.length, now < 80_000]).toEqual([4, true]); // Five times 10 s, and the waits in between.
});

test("an outage that is one user's only is over as soon as another user's order may be sent", async () => {
  let asked = 0;
  const api = ({ userId }: SimulatedRequest) =>
    userId === "u1" ? down() : (asked += 1) === 1 ? limited("20") : well();
  const { finishedAt } = await simulate({ ids: ["u2/first", ...ids(4000, "u1"), ...ids(20, "u2")], api });
  expect([...finishedAt.keys()].filter((id) => !id.startsWith("order-u1"))).toHaveLength(21);
});

describe("a 429 with Retry-After", () => {
  test("makes its user wait, then one order goes first, while other users go on", async () => {
    let limited = 0;
    const api = ({ userId, at }: SimulatedRequest) =>
      userId === "u1" && at < 10_000 && (limited += 1) > 3
        ? { response: failing(429, { "Retry-After": "10" }) }
        : well();
    const { failed, requests, finishedAt } = await simulate({ ids: [...ids(50, "u1"), ...ids(500, "u2")], api });
    const ofUser = requests.filter(({ userId }) => userId === "u1");
    expect(failed).toEqual([]);
    expect(between(ofUser, 100, 9999)).toEqual([]);
    const [first, second] = ofUser.filter(({ at }) => at >= 9999);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(15); // Only once the first one has its response.
    expect(finishedAt.get("order-u2-499")).toBeLessThan(2000);
  });

  test("lowers the rate only if two users met the limit", async () => {
    const limit = (users: readonly string[]) => {
      const seen = new Map<string, number>();
      return simulate({
        ids: ["u1", "u2", "u3"].flatMap((user) => ids(300, user)),
        api: ({ userId = "" }) => {
          seen.set(userId, (seen.get(userId) ?? 0) + 1);
          return users.includes(userId) && seen.get(userId) === 5 ? { response: failing(429) } : well();
        },
      });
    };
    expect((await limit(["u1"])).now).toBeLessThan(2500);
    expect((await limit(["u1", "u2"])).failed).toEqual([]);
  });
});

test.each([undefined, "u1"])(
  "what is due again goes before what was not sent yet, which goes in the order of the input: user %s",
  async (user) => {
    const withTokens = user !== undefined;
    let failures = 0;
    const api = ({ orderId, isTokenRequest }: SimulatedRequest): Reply => {
      if (isTokenRequest) return { response: newToken() };
      return bare(orderId) === bare(ids(1, user)[0] ?? "") && (failures += 1) === 1 ? down() : well();
    };
    const { requests, finishedAt } = await simulate({ ids: ids(2000, user), api, withTokens });
    const sent = requests.filter(({ isTokenRequest }) => !isTokenRequest).map(({ orderId }) => orderId);
    const [first = "", ...others] = ids(2000, user).map((id) => bare(id) ?? "");
    expect(sent.filter((id, index) => index === 0 || id !== first)).toEqual([first, ...others]);
    expect(finishedAt.get(first)).toBeLessThan(1.25 * 1000 + 100);
  },
);

test("orders of several users are sent in the order of the input, but for those that wait for a token", async () => {
  const given = Array.from({ length: 500 }, (_, n) => `u${n % 5}/order-${n}`);
  const api = ({ isTokenRequest }: SimulatedRequest): Reply => (isTokenRequest ? { response: newToken() } : well());
  const { requests } = await simulate({ ids: given, api, withTokens: true });
  const sent = requests.filter(({ isTokenRequest }) => !isTokenRequest).map(({ orderId }) => orderId);
  expect(sent.toSorted()).toEqual(given.map(bare).toSorted());
  const places = new Map(given.map((id, place) => [bare(id), place]));
  for (const [index, id] of sent.entries()) expect(Math.abs((places.get(id) ?? 0) - index)).toBeLessThan(50);
});

test("--rate is kept evenly, token requests included, and may be below one a second", async () => {
  const api = ({ isTokenRequest }: SimulatedRequest): Reply => (isTokenRequest ? { response: newToken() } : well());
  const { requests, now } = await simulate({
    ids: [...ids(5, "u1"), ...ids(5, "u2")],
    api,
    withTokens: true,
    settings: { rate: 0.5 },
  });
  expect(requests.map(({ at }) => at)).toEqual(Array.from({ length: 12 }, (_, n) => n * 2000));
  expect(now).toBe(22_015);
});

test.each([
  [20, 0.7],
  [60, 0.7],
])("a limit of %i a second that is told by 429 is met, with few requests in vain", async (limit, share) => {
  let [credit, last] = [5, 0];
  const api = ({ at }: SimulatedRequest): Reply => {
    credit = Math.min(5, credit + ((at - last) * limit) / 1000) - 1;
    last = at;
    if (credit >= 0) return well();
    credit += 1;
    return { response: failing(429) };
  };
  const { requests, failed, now } = await simulate({ ids: ids(1500), api });
  expect([failed, requests.length < 1.1 * 1500]).toEqual([[], true]);
  expect(1500 / (now / 1000)).toBeGreaterThan(share * limit);
});

describe("a token", () => {
  const withTokens = true;
  const ofToken =
    (replyToToken: (request: SimulatedRequest) => Reply | undefined, reply = well) =>
    (request: SimulatedRequest) =>
      request.isTokenRequest ? (replyToToken(request) ?? { response: newToken() }) : reply();

  test("is requested once for each user, while the user's other orders wait", async () => {
    const { requests } = await simulate({
      ids: [...ids(20, "u1"), ...ids(20, "u2")],
      api: ofToken(() => undefined),
      withTokens,
    });
    expect(requests.filter(({ isTokenRequest }) => isTokenRequest).map(({ userId }) => userId)).toEqual(["u1", "u2"]);
    expect(requests).toHaveLength(42);
  });

  test("that cannot be had for one user fails that user's orders without further requests", async () => {
    const api = ofToken(({ userId }) =>
      userId === "u1" ? { response: oauthError(401, "invalid_grant", "x".repeat(300)) } : undefined,
    );
    const { stop, failed, requests } = await simulate({ ids: [...ids(20, "u1"), ...ids(20, "u2")], api, withTokens });
    expect([stop, failed.length]).toEqual([undefined, 20]);
    expect(requests.filter(({ userId }) => userId === "u1")).toHaveLength(1);
  });

  test("that cannot be had for a while is the order's own failure", async () => {
    const api = ofToken(({ userId, at }) => (userId === "u1" && at < 2000 ? down() : undefined));
    const { failed } = await simulate({ ids: [...ids(5, "u1"), ...ids(20, "u2")], api, withTokens });
    expect(failed).toEqual([]);
  });

  test.each([undefined, "application/json", "text/html"])(
    "that is rejected by a 401 without a body, with the type %s, is replaced",
    async (type) => {
      let sent = 0;
      const rejection = () =>
        new Response(null, { status: 401, headers: type === undefined ? {} : { "Content-Type": type } });
      const api = ofToken(
        () => undefined,
        () => ((sent += 1) <= 8 ? { response: rejection() } : well()),
      );
      const { stop, failed, results, events } = await simulate({ ids: ids(20), api, withTokens });
      expect([stop, failed, results.size, events]).toEqual([undefined, [], 20, []]);
    },
  );

  const rejecting = (error: Response) => ofToken(() => ({ response: error }));
  test.each<[string, (request: SimulatedRequest) => Reply, readonly string[]]>([
    ["the client credentials", rejecting(oauthError(401, "invalid_client")), ids(9, "u1")],
    [
      "a client, with another type,",
      rejecting(new Response('{"error":"invalid_client"}', { status: 401 })),
      ids(9, "u1"),
    ],
    ["the scope", rejecting(oauthError(400, "invalid_scope", `${"x".repeat(300)} invalid_grant`)), ids(9, "u1")],
    [
      "the run's own token",
      ofToken(
        () => undefined,
        () => ({ response: failing(401) }),
      ),
      ids(9),
    ],
    ["a certificate", () => ({ response: Object.assign(networkError("CERT_X"), { retryable: false }) }), ids(9)],
  ])("is in vain if %s is rejected: the run stops without failed orders", async (_, api, given) => {
    const { stop, results, requests } = await simulate({ ids: given, api, withTokens });
    expect([stop, results.size]).toEqual([expect.stringMatching(/^stopped, because waiting cannot help: /), 0]);
    expect(requests.length).toBeLessThanOrEqual(18);
  });

  test("that is rejected later is replaced again", async () => {
    let uses = 0;
    const api = ({ isTokenRequest }: SimulatedRequest): Reply => {
      if (isTokenRequest) uses = 0;
      return { response: isTokenRequest ? newToken() : (uses += 1) > 5 ? failing(401) : marked() };
    };
    const { stop, failed, requests } = await simulate({ ids: ids(50), api, withTokens, settings: { concurrency: 1 } });
    expect([stop, failed, requests.filter(({ isTokenRequest }) => isTokenRequest).length]).toEqual([undefined, [], 10]);
  });

  test("that cannot be had at all counts as the attempts of its order", async () => {
    const api = ofToken(({ userId }) => (userId === "u1" ? down() : undefined));
    const { orders, requests } = await simulate({ ids: [...ids(2, "u1"), ...ids(20, "u2")], api, withTokens });
    expect([orders.get("order-u1-0")?.attempts, orders.get("order-u1-1")?.attempts]).toEqual([5, 5]);
    expect(requests.filter(({ userId }) => userId === "u1")).toHaveLength(10);
  });

  test("that is rejected is replaced once; if the new one is rejected, too, the user's orders fail", async () => {
    const issued = new Map<string | undefined, number>();
    const api = ({ isTokenRequest, userId }: SimulatedRequest): Reply => {
      if (isTokenRequest) issued.set(userId, (issued.get(userId) ?? 0) + 1);
      if (isTokenRequest) return { response: newToken() };
      return userId === "u1" || issued.get(userId) === 1 ? { response: failing(401) } : well();
    };
    const { failed, requests } = await simulate({ ids: [...ids(20, "u1"), ...ids(20, "u2")], api, withTokens });
    expect(failed.toSorted()).toEqual(ids(20, "u1").map(bare).toSorted());
    expect(requests.filter(({ userId, isTokenRequest }) => userId === "u1" && isTokenRequest)).toHaveLength(2);
  });
});

function oauthError(status: number, error: string, description?: string): Response {
  return Response.json({ error_description: description, error }, { status });
}

test("a run that is stopped starts nothing more, and counts what is in flight", async () => {
  const { stop, requests, results } = await simulate({
    ids: ids(100),
    api: well,
    onStart: (scheduler, clock) => void clock.after(20, () => scheduler.stop("enough")),
  });
  expect([stop, requests.length, results.size]).toEqual(["enough", 16, 16]);
  const aborted = await simulate({
    ids: ids(100),
    api: well,
    onStart: (scheduler, clock) => {
      clock.after(20, () => {
        scheduler.stop("enough");
        scheduler.abort();
      });
    },
  });
  expect([aborted.requests.length, aborted.results.size, aborted.now]).toEqual([16, 8, 20]);
});
