import { EventEmitter } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readCredentials } from "../../../../src/cli/credentials.js";
import { markBatch, type BatchSettings } from "../../../../src/cli/mark-read/mark-batch.js";
import { createChatClient, type Fetch } from "../../../../src/index.js";

vi.setConfig({ testTimeout: 30_000 }); // Many small steps of a clock.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"] });
  vi.spyOn(Math, "random").mockReturnValue(0.5); // Waits are then exactly 250 ms, 400 ms, 640 ms and so on.
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const marked = () => Response.json({ messages_read_count: 15 });
const rejected = (status: number, headers?: Record<string, string>, body = "") =>
  new Response(body, { status, ...(headers && { headers }) });
const token = (name: string) =>
  Response.json({ access_token: name, token_type: "Bearer", expires_in: 86_400, created_at: 0 });

interface Request {
  readonly id: string;
  readonly at: number;
  readonly token: string | undefined;
}

/** The part of a request that a server decides by. */
type Server = (request: Request) => Response | Error;

const RESPONSE_MS = 10;

/** Lets the clock run from timer to timer until a promise settles. */
async function settle<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => (isSettled = true));
  settled.catch(() => {});
  while (!isSettled)
    await (vi.getTimerCount() > 0 ? vi.advanceTimersToNextTimerAsync() : vi.advanceTimersByTimeAsync(0));
  return settled;
}

/** Runs a batch on a clock of its own against a server that responds after 10 ms. */
async function run(
  lines: readonly string[],
  server: Server,
  {
    env = { INSTACART_ACCESS_TOKEN: "own" },
    ...settings
  }: Partial<BatchSettings> & { env?: Record<string, string> } = {},
) {
  const startedAt = performance.now();
  const requests: Request[] = [];
  const fetch: Fetch = async (url, init) => {
    const { authorization } = init.headers as Record<string, string>;
    const id = decodeURIComponent(url.split("/").at(-2) ?? "");
    const at = performance.now() - startedAt;
    const body = init.body === undefined || init.body === null ? {} : JSON.parse(String(init.body));
    const user = body.assertion && JSON.parse(atob(body.assertion)).user_id;
    const request = { id: id === "oauth" ? `token of ${user ?? "client"}` : id, at, token: authorization?.slice(7) };
    requests.push(request);
    await new Promise((resolve) => setTimeout(resolve, RESPONSE_MS));
    const response = server(request);
    if (response instanceof Error) throw response;
    return response;
  };
  const credentials = readCredentials({ env }, { baseUrl: "http://localhost", fetch, maxRetries: 0 });
  const chat = createChatClient({ accessToken: "unused", baseUrl: "http://localhost", fetch, maxRetries: 0 });
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err") =>
    new Writable({
      write(chunk, _, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const signals = new EventEmitter();
  const stdin = new PassThrough();
  stdin.end(lines.join("\n"));
  const status = await settle(
    markBatch(
      "standard input",
      {
        mark: (orderId: string, accessToken: string) => chat.markMessagesAsRead(orderId, { accessToken }),
        tokenOf: ({ userId }) => (userId === undefined ? credentials.own : credentials.forUser(userId)),
        concurrency: 4,
        rate: Infinity,
        maxOutageMs: 300_000,
        maxFailures: Infinity,
        ...settings,
      },
      {
        stdin,
        stdout: stream("out"),
        stderr: stream("err"),
        env: {},
        exit: () => {},
        on: (...listening) => signals.on(...listening),
        off: (...listening) => signals.off(...listening),
      },
    ),
  );
  const results = written.out
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    status,
    results,
    failed: results.filter((result) => result["error"]).map((result) => result["order_id"]),
    err: written.err,
    requests,
    of: (id: string) => requests.filter((request) => request.id === id),
  };
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => `order-${index + 1}`);

/** Fails during a time, and is well before and after it. */
const failing = (from: number, to: number, failure: () => Response | Error): Server => {
  return ({ at }) => (at >= from && at < to ? failure() : marked());
};

describe("an outage", () => {
  test.each<[string, () => Response | Error]>([
    ["503", () => rejected(503)],
    ["500", () => rejected(500)],
    ["502", () => rejected(502)],
    ["a network failure", () => Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })],
  ])("of 30 s, %s, loses no order and causes about ten requests", async (_, failure) => {
    const { status, results, requests } = await run(ids(300), failing(100, 30_100, failure));
    expect([status, results.length, results.filter((result) => result["error"])]).toEqual([0, 300, []]);
    expect(requests.filter(({ at }) => at >= 100 && at < 30_100).length).toBeLessThanOrEqual(4 + 10);
  });

  test("holds back all requests, for longer and longer, up to a minute", async () => {
    const { requests } = await run(
      ids(100),
      failing(100, 200_000, () => rejected(502)),
    );
    const probes = requests.filter(({ at }) => at > 120 && at < 210_000).map(({ at }) => at);
    const waits = probes.slice(1).map((at, index) => at - (probes[index] ?? 0) - RESPONSE_MS);
    expect(waits.slice(0, 3).map(Math.round)).toEqual([400, 640, 1024]);
    expect(waits.toSorted((one, other) => one - other)).toEqual(waits);
    expect(Math.max(...waits)).toBeCloseTo(60_000, -1);
  });

  test("ends with any response, even one that rejects the order", async () => {
    const { requests, failed } = await run(ids(100), ({ id, at }) =>
      at < 20 ? rejected(502) : id === "order-5" ? rejected(404) : marked(),
    );
    expect(failed).toEqual(["order-5"]);
    expect(requests.filter(({ at }) => at === 270)).toHaveLength(4);
  });

  test("ends with one probe, and the others follow after it succeeds", async () => {
    const { requests } = await run(
      ids(100),
      failing(0, 20, () => rejected(502)),
    );
    const [, , , , probe, next] = requests.map(({ at }) => at);
    expect([probe, next]).toEqual([260, 270]);
    expect(requests.filter(({ at }) => at === 270)).toHaveLength(4);
  });

  test("that lasts longer than --max-outage ends the run with the line to resume from", async () => {
    const { status, results, err, requests } = await run(
      ids(100),
      failing(15, Infinity, () => rejected(502)),
      { maxOutageMs: 5000 },
    );
    expect([status, results.length]).toEqual([3, 8]);
    expect(err).toContain("stopped, because the API has failed for 5 s: The API returned status 502");
    expect(err).toContain("resume with line 9 (tail -n +9)\n");
    expect(requests.at(-1)?.at).toBe(30 + 5000);
  });
});

describe("a rate limit", () => {
  test("is respected: nothing is sent before Retry-After has passed, and no order is lost", async () => {
    let sent = 0;
    const server: Server = ({ at }) => {
      sent += 1;
      return sent > 40 && at < 60_000 ? rejected(429, { "Retry-After": "60" }) : marked();
    };
    const { status, failed, requests } = await run(ids(300), server);
    const begun = requests.find((_, index) => index === 40)?.at ?? 0;
    expect([status, failed]).toEqual([0, []]);
    expect(requests.filter(({ at }) => at > begun + RESPONSE_MS && at < begun + 60_000)).toEqual([]);
  });

  test("that asks to wait longer than --max-outage ends the run at once", async () => {
    const { status, err, requests } = await run(ids(10), () => rejected(429, { "Retry-After": "3600" }));
    expect([status, requests.length]).toEqual([3, 4]);
    expect(err).toContain("stopped, because the API asks to wait for 1 h 0 min, which exceeds --max-outage: ");
  });

  test.each([429, 503])(
    "without Retry-After is found out, then %d becomes rare, and no order is lost",
    async (limited) => {
      let allowedAt = 0;
      const rejections: number[] = [];
      const server: Server = ({ at }) => {
        if (at < allowedAt) {
          rejections.push(at);
          return rejected(limited);
        }
        allowedAt = at + 50; // 20 a second, without a burst.
        return marked();
      };
      const { status, failed, requests } = await run(ids(400), server);
      expect([status, failed]).toEqual([0, []]);
      expect(rejections.length).toBeLessThan(requests.length / 5);
      expect(requests.at(-1)?.at).toBeLessThan(45_000); // At best it takes 20 s.
    },
  );
});

describe("an id that fails while others succeed", () => {
  test.each<[string, () => Response | Error]>([
    ["500", () => rejected(500)],
    ["503", () => rejected(503)],
    ["502", () => rejected(502)],
    ["a network failure", () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })],
  ])("with %s is sent three times, becomes a failed line, and delays nobody for long", async (_, failure) => {
    const { status, results, failed, of, requests } = await run(ids(200), ({ id }) =>
      id === "order-20" ? failure() : marked(),
    );
    expect([status, failed, results.length]).toEqual([1, ["order-20"], 200]);
    expect(of("order-20")).toHaveLength(3);
    expect(results[19]).toMatchObject({ order_id: "order-20", attempts: 3 });
    expect(requests.filter(({ id }) => id !== "order-20").at(-1)?.at).toBeLessThan(5000);
  });

  test("does not stop the others, even with one request at a time", async () => {
    const { failed, results } = await run(ids(20), ({ id }) => (id === "order-2" ? rejected(500) : marked()), {
      concurrency: 1,
    });
    expect([failed, results.length]).toEqual([["order-2"], 20]);
  });

  test("with a 500 is sent three times, even if there is no other", async () => {
    const { status, of } = await run(["order-1"], () => rejected(500));
    expect([status, of("order-1").length]).toEqual([1, 3]);
  });

  test("is distinguished from an outage: an id that failed before the outage is not lost", async () => {
    let failures = 0;
    const server: Server = ({ id, at }) => {
      if (at > 300 && at < 20_000) return rejected(503);
      return id === "order-3" && (failures += 1) <= 2 ? rejected(503) : marked();
    };
    const { status, failed } = await run(ids(500), server);
    expect([status, failed]).toEqual([0, []]);
  });
});

describe("ids that fail when no other id is left", () => {
  const lasting = (count: number, failure: () => Response | Error): Server => {
    const last = new Set(ids(100).slice(-count));
    return ({ id }) => (last.has(id) ? failure() : marked());
  };

  test.each<[string, number, () => Response | Error]>([
    ["one, 503", 1, () => rejected(503)],
    ["several, 503", 6, () => rejected(503)],
    ["several, 502", 6, () => rejected(502)],
    ["several, 500", 6, () => rejected(500)],
    ["several, a network failure", 6, () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })],
  ])("become failed lines after a minute, not after --max-outage: %s", async (_, count, failure) => {
    const { status, failed, results, of, requests, err } = await run(ids(100), lasting(count, failure));
    expect([status, failed, results.length]).toEqual([1, ids(100).slice(-count), 100]);
    expect(failed.filter((id) => of(String(id)).length < 3)).toEqual([]);
    expect(requests.at(-1)?.at).toBeLessThan(100_000);
    expect(err).not.toContain("resume with");
  });

  test("lose nothing in an outage of 30 s", async () => {
    const last = new Set(ids(100).slice(-6));
    const server: Server = ({ id, at }) => (last.has(id) && at < 30_000 ? rejected(503) : marked());
    const { status, failed } = await run(ids(100), server);
    expect([status, failed]).toEqual([0, []]);
  });

  test("wait longer for a rate limit, which says nothing of them", async () => {
    const last = new Set(ids(100).slice(-6));
    const server: Server = ({ id, at }) => (last.has(id) && at < 200_000 ? rejected(429) : marked());
    const { status, failed } = await run(ids(100), server);
    expect([status, failed]).toEqual([0, []]);
  });

  test("wait no longer than --max-outage", async () => {
    const server = lasting(6, () => rejected(503));
    const { status, failed, requests } = await run(ids(100), server, { maxOutageMs: 10_000 });
    expect([status, failed.length]).toEqual([1, 6]);
    expect(requests.at(-1)?.at).toBeLessThan(12_000);
  });

  test("are an outage, which ends the run, when no id has succeeded at all", async () => {
    const { status, results, requests, err } = await run(ids(3), () => rejected(503));
    expect([status, results]).toEqual([3, []]);
    expect(requests.at(-1)?.at).toBeGreaterThan(300_000);
    expect(err).toContain("resume with line 1 (");
  });
});

describe("a rate", () => {
  /** The most requests that were sent in any time of this length. */
  const most = (requests: readonly Request[], ms: number) =>
    Math.max(...requests.map(({ at: from }) => requests.filter(({ at }) => at >= from && at < from + ms).length));

  test("is kept to by all requests together: those for tokens, those that are sent again, and probes", async () => {
    const seen = new Map<string, number>();
    const server: Server = ({ id, token: sent }) => {
      const index = Number(id.split("-").at(-1));
      const count = (seen.get(id) ?? 0) + 1;
      seen.set(id, count);
      if (count === 1 && index % 4 === 0) return rejected(503);
      if (!id.startsWith("token of")) return sent === "old" ? rejected(401) : marked();
      return token(count === 1 && index % 3 === 0 ? "old" : "good");
    };
    const lines = ids(30).map((id, index) => `${id}\tuser-${index + 1}`);
    const env = { INSTACART_CLIENT_ID: "client", INSTACART_CLIENT_SECRET: "a-secret" };
    const { status, failed, requests } = await run(lines, server, { env, rate: 10 });
    expect([status, failed]).toEqual([0, []]);
    expect(requests.length).toBeGreaterThan(60 + 10);
    expect(most(requests, 90)).toBe(1);
    expect(most(requests, 1000)).toBeLessThanOrEqual(11);
  });

  test("is reached, too", async () => {
    const { requests } = await run(ids(1000), marked, { rate: 300 });
    expect(requests.at(-1)?.at).toBeLessThan(1.02 * (1000 / 0.3));
  });

  test("leaves no order id waiting when the run stops", async () => {
    const { status, requests } = await run(ids(10), () => rejected(401), { rate: 1 });
    expect([status, requests.length]).toEqual([3, 1]);
  });
});

describe("token requests", () => {
  const env = { INSTACART_CLIENT_ID: "client", INSTACART_CLIENT_SECRET: "a-secret" };
  const ofUsers = (count: number) => ids(count).map((id, index) => `${id}\tuser-${index}`);
  const isForToken = ({ id }: Request) => id.startsWith("token of");
  const issuing =
    (server: Server): Server =>
    (request) =>
      isForToken(request) ? token("t") : server(request);
  const limiting =
    (server: Server): Server =>
    (request) =>
      isForToken(request) ? server(request) : marked();
  const tokenWhere = (isWell: (request: Request) => boolean, failure: () => Response | Error): Server =>
    limiting((request) => (isWell(request) ? token("t") : failure()));

  test.each<[string, () => Response | Error]>([
    ["503", () => rejected(503)],
    ["429", () => rejected(429)],
    ["a network failure", () => Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } })],
  ])("that fail for 30 s, %s, hold all requests back: some ten are sent meanwhile", async (_, failure) => {
    const { status, failed, requests } = await run(
      ofUsers(100),
      tokenWhere(({ at }) => at < 100 || at >= 30_100, failure),
      { env },
    );
    expect([status, failed]).toEqual([0, []]);
    // Users whose token is there already can be probes; of these there are at most 4.
    expect(requests.filter(({ at }) => at >= 120 && at < 30_100).length).toBeLessThanOrEqual(4 + 10 + 2 * 4);
  });

  test("that are rejected with Retry-After hold all requests back until it is over", async () => {
    let issued = 0;
    let begun = Infinity;
    const server = limiting(({ at }) => {
      issued += 1;
      if (issued <= 40 || at > begun + 60_000) return token("t");
      begun = Math.min(begun, at);
      return rejected(429, { "Retry-After": "60" });
    });
    const { status, failed, requests } = await run(ofUsers(100), server, { env });
    expect([status, failed]).toEqual([0, []]);
    expect(requests.filter(({ at }) => at > begun + RESPONSE_MS && at < begun + 60_000)).toEqual([]);
  });

  test.each([429, 503])("have a rate limit of their own that is found, and then %d is rare", async (limited) => {
    let allowedAt = 0;
    let rejections = 0;
    const server = limiting(({ at }) => {
      if (at < allowedAt) {
        rejections += 1;
        return rejected(limited);
      }
      allowedAt = at + 100;
      return token("t");
    });
    const { status, failed, requests } = await run(ofUsers(300), server, { env });
    expect([status, failed]).toEqual([0, []]);
    expect(rejections).toBeLessThan(requests.length / 5);
    expect(requests.at(-1)?.at).toBeLessThan(90_000); // At best it takes 30 s.
  });

  test("that succeed do not end an outage of what they are for", async () => {
    const { status, err, requests } = await run(
      ofUsers(300),
      issuing(({ at }) => (at < 100 ? marked() : rejected(503))),
      { env, maxOutageMs: 30_000 },
    );
    expect([status, err]).toEqual([3, expect.stringContaining("stopped, because the API has failed for 30 s")]);
    expect(requests.filter((request) => !isForToken(request) && request.at >= 120).length).toBeLessThanOrEqual(12);
  });

  test("that are denied for good do not leave another id waiting for what becomes of the order", async () => {
    const server: Server = (request) => {
      if (isForToken(request)) return request.id === "token of nobody" ? rejected(404) : token("t");
      return request.id === "a" ? rejected(503) : marked();
    };
    const { status, failed } = await run(["a", "b", "c\tnobody"], server, { env, concurrency: 1 });
    expect([status, failed]).toEqual([1, ["a", "c"]]);
  });

  test("replace a token that is rejected: one for all who have it, who are sent again", async () => {
    let issued = 0;
    const { status, results, requests } = await run(
      ids(20),
      (request) => {
        if (isForToken(request)) return token(`token-${(issued += 1)}`);
        return request.token === "token-1" && request.at >= 30 ? rejected(401) : marked();
      },
      { env },
    );
    expect([status, issued, results.length]).toEqual([0, 2, 20]);
    expect(requests.filter((request) => request.token === "token-1" && request.at >= 30)).toHaveLength(4);
    expect(results.filter(({ is_lower_bound: isLowerBound }) => isLowerBound)).toHaveLength(4);
  });

  test("are not repeated for an order that is rejected for another reason than its token", async () => {
    const { status, requests } = await run(
      ["a\tu1"],
      issuing(() => rejected(404)),
      { env },
    );
    expect([status, requests.map(({ id }) => id)]).toEqual([1, ["token of u1", "a"]]);
  });

  test("that are denied for good do not end an outage of what they are for", async () => {
    const server: Server = (request) => {
      if (!isForToken(request)) return request.at < 5000 ? rejected(503) : marked();
      return request.at > 100 && request.at < 5000 ? rejected(404) : token("t");
    };
    const { status, requests } = await run(ofUsers(100), server, { env });
    expect(status).toBe(1);
    const orders = requests.filter((request) => !isForToken(request) && request.at > 20 && request.at < 5000);
    expect(orders.length).toBeLessThan(8);
  });

  test("do not say whose fault a failure is before the order that needs the token has been sent", async () => {
    const { status, failed, of } = await run(
      ofUsers(100),
      issuing(({ id }) => (id === "order-20" ? rejected(503) : marked())),
      { env },
    );
    expect([status, failed, of("order-20").length]).toEqual([1, ["order-20"], 3]);
  });

  test("are not repeated for a token that is rejected whatever it is", async () => {
    const { status, requests } = await run(
      ["a\tu1"],
      issuing(() => rejected(401)),
      { env },
    );
    expect([status, requests.map(({ id }) => id)]).toEqual([1, ["token of u1", "a", "token of u1", "a"]]);
  });
});

describe("users", () => {
  const env = { INSTACART_CLIENT_ID: "client", INSTACART_CLIENT_SECRET: "a-secret" };

  test("each have a token, which is requested once", async () => {
    const lines = ["a\tu1", "b\tu2", "c", "d\tu1", "e\tu2", "f"];
    const { status, requests, of } = await run(
      lines,
      ({ id }) => (id.startsWith("token of") ? token(id.replaceAll(" ", "-")) : marked()),
      { env, concurrency: 1 },
    );
    expect(status).toBe(0);
    expect(requests.filter(({ id }) => id.startsWith("token of")).map(({ id }) => id)).toEqual([
      "token of u1",
      "token of u2",
      "token of client",
    ]);
    expect(["a", "d", "b", "c"].map((id) => of(id)[0]?.token)).toEqual([
      "token-of-u1",
      "token-of-u1",
      "token-of-u2",
      "token-of-client",
    ]);
  });

  test("whose token cannot be obtained fail alone", async () => {
    const { status, failed } = await run(
      ["a\tu1", "b\tu2", "c\tu1"],
      ({ id }) => (id === "token of u1" ? rejected(404) : id.startsWith("token of") ? token("t") : marked()),
      { env },
    );
    expect([status, failed]).toEqual([1, ["a", "c"]]);
  });

  test("fail alone when the API rejects their token", async () => {
    const { status, failed } = await run(
      ["a\tu1", "b\tu2"],
      ({ id, token: sent }) => {
        if (id.startsWith("token of")) return token(id === "token of u1" ? "bad" : "good");
        return sent === "bad" ? rejected(401) : marked();
      },
      { env },
    );
    expect([status, failed]).toEqual([1, ["a"]]);
  });

  test.each<[string, () => Response]>([
    ["401", () => rejected(401)],
    ["a 400 that says so", () => rejected(400, {}, '{"error":"invalid_client"}')],
  ])("end the run when the client credentials are rejected with %s", async (_, rejection) => {
    const { status, results, err, requests } = await run(["a\tu1", "b\tu2", "c\tu3"], rejection, {
      env,
      concurrency: 1,
    });
    expect([status, results, requests.length]).toEqual([3, [], 1]);
    expect(err).toContain("resume with line 1 (");
  });

  test("whose tokens cannot be requested for a while wait like everyone else", async () => {
    const { status, failed } = await run(
      ["a\tu1", "b\tu2"],
      ({ id, at }) => (at < 5000 ? rejected(503) : id.startsWith("token of") ? token("t") : marked()),
      { env },
    );
    expect([status, failed]).toEqual([0, []]);
  });

  test("need client credentials; without them, there is a usage error", async () => {
    const { status, err, requests } = await run(["a\tu1", "b"], marked, { concurrency: 1 });
    expect([status, requests]).toEqual([2, []]);
    expect(err).toContain("a user's token needs client credentials: set INSTACART_CLIENT_ID");
  });
});

test("a permanent failure ends the run at once", async () => {
  const expired = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
  const { status, err, requests, results } = await run(ids(100), () => expired);
  expect([status, requests.length, results]).toEqual([3, 4, []]);
  expect(err).toContain("certificate has expired");
});

test("without a progress bar, a long wait is reported once, and so is its end", async () => {
  const { err } = await run(
    ids(100),
    failing(15, 20_000, () => rejected(502)),
  );
  expect(err.match(/waiting for the API/g)).toHaveLength(1);
  expect(err).toMatch(/waiting for the API \(The API returned status 502.*\), next try in \d\.\d s\n/);
  expect(err).toMatch(/continuing after \d+\.?\d* s\n/);
});
