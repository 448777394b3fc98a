import { describe, expect, test, vi } from "vitest";
import { createChatClient, type Attempt, type ChatClientOptions } from "../../src/index.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch, type StubResponse } from "../support/stub-fetch.js";

useFakeClock();

const SUCCESS = Response.json({ messages_read_count: 15 });
const failure = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

describe("which responses are retried", () => {
  test.each([408, 429, 500, 502, 503, 504])("status %i is", async (status) => {
    expect(await attemptsOf([failure(status), SUCCESS])).toMatchObject([
      { status, error: "ApiError" },
      { status: 200 },
    ]);
  });

  test.each([400, 401, 403, 404, 405, 406, 409, 410, 418, 422, 425, 451, 501, 505, 507, 511, 599])(
    "status %i is not",
    async (status) => {
      expect(await attemptsOf([failure(status), SUCCESS])).toMatchObject([{ status, error: "ApiError" }]);
    },
  );
});

describe("which transport failures are retried", () => {
  test.each([
    ...["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "UND_ERR_SOCKET"],
  ])("%s is, wherever it occurs in the chain of causes", async (code) => {
    const root = Object.assign(new Error(code), { code });
    for (const error of [
      root,
      new TypeError("fetch failed", { cause: root }),
      new Error("a", { cause: new Error("b", { cause: root }) }),
    ]) {
      const { error: thrown, attempts } = await callOf([error], { maxRetries: 1 });
      expect(thrown).toMatchObject({
        name: "NetworkError",
        code,
        retryable: true,
        message: `The network failed: ${code}`,
        cause: expect.objectContaining({ name: error.name, message: error.message }),
      });
      expect(attempts).toHaveLength(2);
    }
  });

  test.each([
    ["other side closed", "UND_ERR_SOCKET", "The network failed: UND_ERR_SOCKET other side closed"],
    ["read ECONNRESET", "ECONNRESET", "The network failed: read ECONNRESET"],
    ["", "ECONNREFUSED", "The network failed: ECONNREFUSED"],
    ["", undefined, "The network failed"],
  ])("the message contains the root cause's message (%j) and code (%s)", async (message, code, expected) => {
    const cause = Object.assign(new Error(message), { code });
    const { error } = await callOf([new TypeError("fetch failed", { cause })]);
    expect(error).toMatchObject({ message: expected });
  });

  test("the code is that of the root cause", async () => {
    const root = Object.assign(new Error("m"), { code: "ECONNRESET" });
    const { error } = await callOf([Object.assign(new Error("m", { cause: root }), { code: "UND_ERR" })]);
    expect(error).toMatchObject({ name: "NetworkError", code: "ECONNRESET" });
  });

  test("one without a code is", async () => {
    const { error, attempts } = await callOf([new TypeError("Failed to fetch")], { maxRetries: 1 });
    const message = "The network failed: Failed to fetch";
    expect(error).toMatchObject({ name: "NetworkError", retryable: true, message });
    expect(error).not.toHaveProperty("code");
    expect(attempts).toHaveLength(2);
  });

  // network-error.test.ts has all that are permanent.
  test("a permanent one is not", async () => {
    const cause = Object.assign(new Error("m"), { code: "CERT_HAS_EXPIRED" });
    const { error, attempts } = await callOf([new TypeError("fetch failed", { cause })]);
    expect(error).toMatchObject({ name: "NetworkError", retryable: false });
    expect(attempts).toHaveLength(1);
  });
});

describe("how often and after how long", () => {
  test.each([0, 1, 2, 5])("maxRetries: %i allows that many attempts after the first", async (maxRetries) => {
    expect((await callOf([failure(503)], { maxRetries })).attempts).toHaveLength(1 + maxRetries);
  });

  test.each([
    [0, [0, 0, 0, 0, 0, 0]],
    [0.5, [250, 500, 1000, 2000, 4000, 4000]],
    [0.999999, [500, 1000, 2000, 4000, 8000, 8000]],
  ])("the wait is random (here %d) between 0 and 500 ms, doubled each time, at most 8 s", async (random, delays) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    const { attempts, durationMs } = await callOf([failure(503)], { maxRetries: 6 });
    expect(attempts.map(({ retryDelayMs }) => retryDelayMs)).toEqual([...delays, undefined]);
    expect(durationMs).toBeGreaterThanOrEqual(delays.reduce((sum, delay) => sum + delay, 0));
  });

  test("the wait is never longer than maxRetryDelayMs", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999999);
    const { attempts } = await callOf([failure(503)], { maxRetryDelayMs: 700 });
    expect(attempts.map(({ retryDelayMs }) => retryDelayMs)).toEqual([500, 700, undefined]);
  });

  test("the wait begins when the attempt has ended", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const times: number[] = [];
    const slow = async () => {
      times.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 3000));
      return failure(503);
    };
    await callOf([slow], { maxRetries: 1 });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(3250);
  });
});

// The clock of the server is an hour behind.
const SERVER_NOW = "Sun, 06 Nov 1994 08:49:37 GMT";

describe("Retry-After", () => {
  test.each<[string, Record<string, string>, number]>([
    ["0", {}, 0],
    ["2", {}, 2000],
    ["002", {}, 2000],
    [" 2 ", {}, 2000],
    ["20", {}, 20_000],
    ["2.55", {}, 2550],
    ["5, 2", {}, 5000],
    ["2, 5", {}, 5000],
    ["2s", {}, 2000],
    ["2 sec", {}, 2000],
    ["2 secs", {}, 2000],
    ["2 second", {}, 2000],
    ["2 seconds", {}, 2000],
    ["Sun, 06 Nov 1994 08:49:39 GMT", { Date: SERVER_NOW }, 2000],
    ["Sun, 06 Nov 1994 08:49:39 GMT", { Date: "Sunday, 06-Nov-94 08:49:37 GMT" }, 2000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", { Date: SERVER_NOW }, 0],
    ["Sun, 06 Nov 1994 08:00:00 GMT", { Date: SERVER_NOW }, 0],
    ["Thu, 01 Jan 2026 00:00:05 GMT", {}, 5000],
    ["Thu, 01 Jan 2026 00:00:05 GMT", { Date: "yesterday" }, 5000],
  ])("%j is read, and never undercut", async (value, headers, least) => {
    for (const random of [0, 0.5, 0.999999]) {
      vi.setSystemTime("2026-01-01T00:00:00Z");
      vi.spyOn(Math, "random").mockReturnValue(random);
      const times: number[] = [];
      const response = () => {
        times.push(performance.now());
        return times.length === 1 ? failure(429, { "Retry-After": value, ...headers }) : SUCCESS.clone();
      };
      const { attempts } = await callOf([response]);
      expect(attempts[0]?.retryDelayMs).toBe(Math.min(20_000, Math.round(least + random * 500)));
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(least);
    }
  });

  // retry-after.test.ts has more dates, readable and unreadable ones.
  test.each([
    ...["", "-1", "+1", "1e3", "0x10", "soon", "1, soon", "2 minutes", "NaN", "Infinity", "2026-01-01T00:00:05Z"],
    ...["Sun, 6 Nov 1994 08:49:39 GMT", "Sun, 06 Nov 1994 08:49:39 UTC", "Sun, 06 Nov 1994 08:49:39"],
  ])("%j is unreadable, and ignored", async (value) => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { attempts } = await callOf([failure(429, { "Retry-After": value, Date: SERVER_NOW }), SUCCESS]);
    expect(attempts.map(({ retryDelayMs }) => retryDelayMs)).toEqual([250, undefined]);
  });

  test.each<[string, Record<string, string>, number]>([
    ["21", {}, 21_000],
    ["3600", {}, 3_600_000],
    ["9".repeat(400), {}, Number.MAX_SAFE_INTEGER],
    ["Sun, 06 Nov 1994 09:49:37 GMT", { Date: SERVER_NOW }, 3_600_000],
  ])(
    "%j exceeds maxRetryDelayMs and ends the call at once, with retryAfterMs",
    async (value, headers, retryAfterMs) => {
      const { error, attempts, durationMs } = await callOf([failure(503, { "Retry-After": value, ...headers })]);
      expect(error).toMatchObject({ name: "ApiError", httpStatus: 503, retryAfterMs, retryable: true });
      expect(attempts).toHaveLength(1);
      expect(attempts[0]).not.toHaveProperty("retryDelayMs");
      expect(durationMs).toBeLessThan(10);
    },
  );

  test("is on the error even if no attempt is left or the status is not retried", async () => {
    const errorOf = async (...args: Parameters<typeof callOf>) => (await callOf(...args)).error;
    const headers = { "Retry-After": "2" };
    expect(await errorOf([failure(503, headers)], { maxRetries: 0 })).toMatchObject({ retryAfterMs: 2000 });
    expect(await errorOf([failure(403, headers)])).toMatchObject({ retryAfterMs: 2000, retryable: false });
    expect(await errorOf([failure(403)])).not.toHaveProperty("retryAfterMs");
  });

  test("is respected even if the body of the response is lost or never ends", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const headers = { "Retry-After": "7" };
    const breaking = () => new ReadableStream({ pull: (controller) => controller.error(new Error("lost")) });
    const lost = () => new Response(breaking(), { status: 503, headers });
    const endless = () => new Response(new ReadableStream(), { status: 503, headers });
    expect(await attemptsOf([lost, endless, SUCCESS])).toMatchObject([
      { status: 503, error: "NetworkError", retryDelayMs: 7000 },
      { status: 503, error: "TimeoutError", retryDelayMs: 7000 },
      { status: 200 },
    ]);
  });
});

test("responses that break the contract are not retried, because the messages may be marked", async () => {
  expect(await attemptsOf([Response.json({}), SUCCESS])).toMatchObject([
    { status: 200, error: "InvalidResponseError" },
  ]);
});

test("each attempt is the same request", async () => {
  const { fetch, requests } = stubFetch(failure(503), new Error(), SUCCESS);
  await settle(
    createChatClient({ accessToken: "t", fetch, retailerId: "banner-1" }).markMessagesAsRead("a/b", {
      treatIdsAsInternal: true,
    }),
  );
  const [first, ...others] = requests.map(({ url, headers, init: { signal: _, ...init } }) => [url, headers, init]);
  expect(others).toEqual([first, first]);
});

async function attemptsOf(responses: StubResponse[]): Promise<readonly Attempt[]> {
  return (await callOf(responses)).attempts;
}

/** Makes a call, and tells how it ended, in how many attempts and after how long. */
async function callOf(responses: StubResponse[], options: Partial<ChatClientOptions> = {}) {
  const startedAt = performance.now();
  const chat = createChatClient({ accessToken: "t", fetch: stubFetch(...responses).fetch, ...options });
  const result = await settle(chat.markMessagesAsRead("order-123"));
  const durationMs = performance.now() - startedAt;
  if (result.status === "fulfilled") return { error: undefined, attempts: result.value.attempts, durationMs };
  return {
    error: result.reason as unknown,
    attempts: (result.reason as { attempts: readonly Attempt[] }).attempts,
    durationMs,
  };
}
