import { expect, test, vi } from "vitest";
import { createChatClient, type Attempt } from "../../src/index.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";

useFakeClock();

const success = () => Response.json({ messages_read_count: 15 });
const slow = (ms: number, response: Response) => async () => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return response;
};

test("the result and onAttempt have a record of each attempt, with the call, number, status, error, duration and wait", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const { fetch } = stubFetch(
    slow(70, Response.json({ error: { message: "m", code: 4711 } }, { status: 503 })),
    Object.assign(new Error("m ECONNRESET"), { code: "ECONNRESET" }),
    slow(30, success()),
  );
  const told: Attempt[] = [];
  const chat = createChatClient({ accessToken: "t", fetch, onAttempt: (attempt) => told.push(attempt) });
  const result = await settle(chat.markMessagesAsRead("a"));
  const call = { operationId: "markMessagesAsRead", orderId: "a" };
  const rejected = { error: "ApiError", code: 4711, message: "The API returned status 503: m (code 4711)" };
  const lost = { error: "NetworkError", code: "ECONNRESET", message: "The network failed: m ECONNRESET" };
  const expected = [
    { ...call, number: 1, status: 503, ...rejected, durationMs: 70, retryDelayMs: 250 },
    { ...call, number: 2, ...lost, durationMs: 0, retryDelayMs: 500 },
    { ...call, number: 3, status: 200, durationMs: 30 },
  ];
  expect(result).toMatchObject({ status: "fulfilled", value: { attempts: expected } });
  expect(told).toEqual(expected);
  expect(result.status === "fulfilled" && Object.isFrozen(result.value.attempts)).toBe(true);
});

test("an error has all attempts that led to it, including the last", async () => {
  const { fetch } = stubFetch(new Response(null, { status: 503 }), Response.json({}));
  const result = await settle(createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a"));
  const attempts = [{ status: 503 }, { status: 200, error: "InvalidResponseError" }];
  expect(result).toMatchObject({ reason: { name: "InvalidResponseError", attempts } });
});

test("onAttempt is called before the wait for the next attempt", async () => {
  const { fetch } = stubFetch(new Response(null, { status: 503, headers: { "Retry-After": "10" } }), success);
  const onAttempt = vi.fn();
  const call = createChatClient({ accessToken: "t", fetch, onAttempt }).markMessagesAsRead("a");
  await vi.advanceTimersByTimeAsync(100);
  expect(onAttempt).toHaveBeenCalledTimes(1);
  await settle(call);
  expect(onAttempt).toHaveBeenCalledTimes(2);
});

test.each<[unknown, string]>([
  [new DOMException("m", "AbortError"), "AbortError"],
  [new RangeError("m"), "RangeError"],
  ["mine", "AbortError"],
  [null, "AbortError"],
])("an attempt that the caller aborts with %s is recorded as %s", async (reason, error) => {
  const controller = new AbortController();
  const onAttempt = vi.fn();
  const chat = createChatClient({ accessToken: "t", fetch: () => new Promise(() => {}), onAttempt });
  const call = chat.markMessagesAsRead("a", { signal: controller.signal });
  await vi.advanceTimersByTimeAsync(70);
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  expect(onAttempt.mock.calls).toEqual([
    [{ operationId: "markMessagesAsRead", orderId: "a", number: 1, error, durationMs: 70 }],
  ]);
});

const failing = () => {
  throw new Error("m");
};
test.each<[string, (attempt: Attempt) => void]>([
  ["throws", failing],
  ["rejects", async () => failing()],
  ["changes its argument", (attempt) => void Object.assign(attempt, { status: 500, number: 7 })],
])("an onAttempt that %s breaks nothing", async (_, onAttempt) => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const { fetch } = stubFetch(new Response(null, { status: 503 }), success);
  const result = await settle(createChatClient({ accessToken: "t", fetch, onAttempt }).markMessagesAsRead("a"));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", unhandled);
  const attempts = [1, 2].map((number) => ({ number, status: number === 1 ? 503 : 200 }));
  expect(result).toMatchObject({ status: "fulfilled", value: { attempts } });
  expect(unhandled).not.toHaveBeenCalled();
});

test("concurrent calls have separate attempts", async () => {
  const fetch = async (url: string) => (url.includes("bad") ? new Response(null, { status: 404 }) : success());
  const chat = createChatClient({ accessToken: "t", fetch });
  const results = await Promise.allSettled(["good", "bad", "good"].map((id) => chat.markMessagesAsRead(id)));
  expect(results).toMatchObject([
    { value: { attempts: [{ status: 200 }] } },
    { reason: { attempts: [{ status: 404 }] } },
    { value: { attempts: [{ status: 200 }] } },
  ]);
});

test("a result can be returned, cloned and logged: its response is there, but not enumerable", async () => {
  const { fetch } = stubFetch(success);
  const result = await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a");
  expect(result.response.status).toBe(200);
  expect(Object.keys(result)).toEqual(["data", "attempts"]);
  expect(structuredClone(result)).toEqual({ data: { messages_read_count: 15 }, attempts: result.attempts });
});

test.each<[string, Partial<Parameters<typeof createChatClient>[0]>]>([
  ["an error of the API", { fetch: async () => new Response(null, { status: 404 }) }],
  ["an invalid response", { fetch: async () => new Response(null, { status: 204 }) }],
  ["a lost connection", { fetch: () => Promise.reject(new Error("lost")) }],
  ["a time limit", { fetch: () => new Promise(() => {}), timeoutMs: 5 }],
  ["a token function", { accessToken: () => new Promise(() => {}), timeoutMs: 5 }],
])("the stack of a failure has the caller's frames, however late it fails: %s", async (_, options) => {
  async function callerOfTheClient() {
    const chat = createChatClient({ accessToken: async () => "t", maxRetries: 0, ...options });
    return await chat.markMessagesAsRead("a");
  }
  const { reason } = (await settle(callerOfTheClient())) as PromiseRejectedResult;
  expect((reason as Error).stack).toContain("callerOfTheClient");
  expect((reason as Error).stack?.startsWith(`${(reason as Error).name}: ${(reason as Error).message}`)).toBe(true);
});
