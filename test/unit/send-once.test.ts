import { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { createChatClient, type Attempt, type Fetch } from "../../src/index.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";

useFakeClock();

const JSON_TYPE = { "content-type": "application/json" };
const BODY = '{"messages_read_count":15}';

/** What platforms without body streams, or with streams of their own, return from `fetch`. */
const responseLike = (properties: object) =>
  ({
    status: 200,
    ok: true,
    headers: { get: (name: string) => (JSON_TYPE as Record<string, string>)[name.toLowerCase()] ?? null },
    text: async () => BODY,
    ...properties,
  }) as unknown as Response;

async function resultOf(fetch: Fetch, options: object = {}) {
  const result = await settle(
    createChatClient({ accessToken: "t", fetch, ...options }).markMessagesAsRead("order-123"),
  );
  return result.status === "fulfilled" ? result.value : (result.reason as Error & { attempts: Attempt[] });
}

describe("a body that is shorter than its Content-Length is a lost connection, which is retried", () => {
  const LENGTH_48 = { "Content-Length": "48" };
  const withHeaders = (headers: Record<string, string>, body = BODY) =>
    new Response(body, { headers: { ...JSON_TYPE, ...headers } });

  test("when it cannot be read", async () => {
    const cut = withHeaders({ "Content-Length": "26" }, BODY.slice(0, 20));
    const { fetch, requests } = stubFetch(cut, withHeaders({}));
    expect(await resultOf(fetch)).toMatchObject({
      data: { messages_read_count: 15 },
      attempts: [{ error: "NetworkError", message: expect.stringContaining("20 of 26 bytes of the body") }, {}],
    });
    expect(requests).toHaveLength(2);
  });

  test.each<[string, () => Response, string | undefined]>([
    ["it is as long as that", () => withHeaders({ "Content-Length": "9" }, "<html>15<"), "InvalidResponseError"],
    ["it was coded", () => withHeaders({ ...LENGTH_48, "Content-Encoding": "gzip" }, "{"), "InvalidResponseError"],
    ["the length is no number", () => withHeaders({ "Content-Length": "48, 48" }, "{"), "InvalidResponseError"],
    ["it can be read, since its runtime hides that it was coded", () => withHeaders(LENGTH_48), undefined],
  ])("but not if %s", async (_, make, error) => {
    const { attempts } = await resultOf(async () => make());
    expect(attempts.map((attempt) => attempt.error)).toEqual([error]);
  });
});

describe("a response from another platform is read", () => {
  test.each<[string, () => Response]>([
    ["without a body stream", () => responseLike({})],
    ["with null as its body, but with text", () => responseLike({ body: null })],
    ["with a Node stream as its body", () => responseLike({ body: Readable.from([Buffer.from(BODY)]) })],
    ["with a body in several parts", () => responseLike({ body: Readable.from([...BODY].map((c) => Buffer.from(c))) })],
  ])("%s", async (_, make) => {
    expect(await resultOf(async () => make())).toMatchObject({ data: { messages_read_count: 15 } });
  });

  test("within the time limit, and with its size checked", async () => {
    const never = () => new Promise<string>(() => {});
    expect(await resultOf(async () => responseLike({ text: never }), { timeoutMs: 100, maxRetries: 0 })).toMatchObject({
      name: "TimeoutError",
    });
    const long = async () => BODY + " ".repeat(1024 * 1024);
    expect(await resultOf(async () => responseLike({ text: long }))).toMatchObject({
      name: "InvalidResponseError",
      problems: [{ message: "is larger than 1 MiB" }],
    });
    const longest = async () => BODY.padEnd(1024 * 1024);
    expect(await resultOf(async () => responseLike({ text: longest }))).toHaveProperty("data");
    const body = Readable.from([Buffer.alloc(1024 * 1024), Buffer.alloc(1)]);
    expect(await resultOf(async () => responseLike({ body }))).toMatchObject({ name: "InvalidResponseError" });
    expect(body.destroyed).toBe(true);
  });

  test("of an error without a body stream, no more than of one with a stream", async () => {
    const text = async () => '{"error":{"message":"m","code":1}}'.padEnd(64 * 1024) + "x";
    const error = await resultOf(async () => responseLike({ status: 400, ok: false, text }));
    expect(error).toMatchObject({ name: "ApiError", errors: [{ message: "m", code: 1 }] });
  });

  test("even if its body can be iterated over, but not cancelled", async () => {
    const next = vi.fn(async () => ({ done: false, value: Buffer.alloc(1024 * 1024) }));
    const body = { [Symbol.asyncIterator]: () => ({ next }) };
    expect(await resultOf(async () => responseLike({ body }))).toMatchObject({ name: "InvalidResponseError" });
    expect(next).toHaveBeenCalledTimes(2);
  });

  test("even if it is an error", async () => {
    const text = async () => "Blocked, incident 4711";
    expect(await resultOf(async () => responseLike({ status: 403, ok: false, text }))).toMatchObject({
      name: "ApiError",
      excerpt: "Blocked, incident 4711",
    });
  });
});

describe("a bug in the caller's own fetch is reported as such and not retried", () => {
  test.each<[string, () => unknown]>([
    ["a call of something that is not a function", () => (undefined as unknown as () => void)()],
    ["a name that does not exist", () => new Function("return missing")() as unknown],
    ["JSON that cannot be parsed", () => JSON.parse("{")],
    ["a property of null", () => (null as unknown as { a: 1 }).a],
    ["an impossible length", () => new Array(-1)],
  ])("%s", async (_, bug) => {
    const error = await resultOf(async () => bug() as Response);
    expect(error).toMatchObject({ name: "NetworkError", retryable: false });
    expect((error as Error).message).toMatch(/^The fetch function failed: /);
    expect(error.attempts).toHaveLength(1);
  });

  test.each([
    "fetch failed",
    "Failed to fetch",
    "Load failed",
    "NetworkError when attempting to fetch resource.",
    "Network request failed",
    "Network connection lost.",
    "network error",
    "The Internet connection appears to be offline.",
    "The network connection was lost.",
    "Could not connect to the server.",
    "error sending request for url (https://example.com/)",
    "terminated",
  ])("but the platforms' messages for a lost network are retried: %s", async (message) => {
    const error = await resultOf(() => Promise.reject(new TypeError(message)));
    expect(error).toMatchObject({ name: "NetworkError", retryable: true, message: `The network failed: ${message}` });
    expect(error.attempts).toHaveLength(3);
  });
});

/** Of a class, which is no error. */
class Thrown {
  constructor(members: object) {
    Object.assign(this, members);
  }
}

describe("what a framework throws for control flow passes through unchanged and is not retried", () => {
  const STEERING: [string, unknown][] = [
    ["an error with a digest", Object.assign(new Error("Dynamic server usage"), { digest: "DYNAMIC_SERVER_USAGE" })],
    ["an object with a digest", { digest: "NEXT_REDIRECT;replace;/login;307;" }],
    ["a Response", new Response(null, { status: 302, headers: { Location: "/login" } })],
    ["SvelteKit's redirect", new Thrown({ status: 307, location: "/login" })],
    ["SvelteKit's error", new Thrown({ status: 401, body: { message: "Log in first" } })],
  ];

  test.each<[string, object]>([
    ["an error", Object.assign(new Error("m"), { status: 401, location: "/" })],
    ["a digest that is a hash", Object.assign(new Error("m"), { digest: "3187649153" })],
    ["a digest that only ends like a word", { digest: "my NEXT_REDIRECT" }],
    ["an object with a status alone", { status: 401 }],
    ["an object of no class", { status: 401, body: { message: "m" }, location: "/" }],
    ["an object like a response", new Thrown({ status: 401, body: "text", location: "/" })],
    ["a location without a redirect", new Thrown({ status: 200, location: "/" })],
    ["a status beyond errors", new Thrown({ status: 600, body: { message: "m" } })],
    ["an object without a status", new Thrown({ body: { message: "m" }, location: "/" })],
  ])("but %s is a failure", async (_, thrown) => {
    expect(await resultOf(vi.fn<Fetch>().mockRejectedValue(thrown))).toMatchObject({ name: "NetworkError" });
  });

  test.each(STEERING)("%s, thrown by fetch", async (_, thrown) => {
    const fetch = vi.fn<Fetch>().mockRejectedValue(thrown);
    expect(await resultOf(fetch)).toBe(thrown);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test("what throws when it is inspected is not control flow", async () => {
    const get = () => {
      throw new Error("do not look");
    };
    const fetch = vi.fn<Fetch>().mockRejectedValue(Object.defineProperty({}, "digest", { get }));
    expect(await resultOf(fetch)).toMatchObject({ name: "NetworkError" });
  });

  test.each(STEERING)("%s, thrown by the accessToken function", async (_, thrown) => {
    const { fetch, requests } = stubFetch();
    const accessToken = () => Promise.reject(thrown);
    expect(await resultOf(fetch, { accessToken })).toBe(thrown);
    expect(requests).toEqual([]);
  });
});

test("a polyfill's signal without a reason ends the call with an AbortError", async () => {
  class OldSignal extends EventTarget {
    aborted = false;
  }
  const signal = new OldSignal();
  const fetch = () => new Promise<Response>(() => {});
  const call = createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a", { signal: signal as AbortSignal });
  const result = settle(call);
  await vi.advanceTimersByTimeAsync(10);
  signal.aborted = true;
  signal.dispatchEvent(new Event("abort"));
  expect(await result).toMatchObject({
    status: "rejected",
    reason: { name: "AbortError", message: "This operation was aborted" },
  });
});

describe("a timer that fires late", () => {
  /** A process that is busy past the time limit, and only then gets to read what has arrived. */
  const busyUntil = (ms: number, arrives: () => Response): Fetch => {
    return () =>
      new Promise((resolve) => {
        setTimeout(() => {
          const now = performance.now.bind(performance);
          vi.spyOn(performance, "now").mockImplementation(() => now() + ms);
          setTimeout(() => resolve(arrives()), 1_050); // Behind the time limit's own timer.
        }, 0);
      });
  };

  test.each([
    [20, 20],
    [1500, 100],
  ])("by %i ms, waits %i ms for what has arrived, and then ends the call", async (lateMs, graceMs) => {
    const fetch = () => {
      const now = performance.now.bind(performance);
      vi.spyOn(performance, "now").mockImplementation(() => now() + lateMs);
      return new Promise<Response>(() => {});
    };
    const rejected = vi.fn();
    const chat = createChatClient({ accessToken: "t", fetch, timeoutMs: 1000, maxRetries: 0 });
    chat.markMessagesAsRead("a").catch(rejected);
    await vi.advanceTimersByTimeAsync(1000 + graceMs - 1);
    expect(rejected).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(rejected).toHaveBeenCalledWith(expect.objectContaining({ name: "TimeoutError" }));
  });

  test("lets a response win that has already arrived", async () => {
    const fetch = vi.fn(busyUntil(1500, () => Response.json({ messages_read_count: 15 })));
    expect(await resultOf(fetch, { timeoutMs: 1000 })).toMatchObject({ data: { messages_read_count: 15 } });
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test("still ends a call without a response", async () => {
    const fetch = busyUntil(1500, () => new Response(new ReadableStream(), { headers: JSON_TYPE }));
    expect(await resultOf(fetch, { timeoutMs: 1000, maxRetries: 0 })).toMatchObject({ name: "TimeoutError" });
  });
});
