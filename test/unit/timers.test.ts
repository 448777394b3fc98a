import { getEventListeners } from "node:events";
import { describe, expect, test, vi } from "vitest";
import {
  createChatClient,
  type ChatClientOptions,
  type Fetch,
  type MarkMessagesAsReadOptions,
} from "../../src/index.js";
import { errorOf } from "../support/error-of.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";

useFakeClock();

const never = () => new Promise<never>(() => {});
const endlessBody = (status: number) => () =>
  new Response(new ReadableStream(), { status, headers: { "Content-Type": "application/json" } });

/** Makes a call, and returns a promise whose outcome can be looked at. */
function call(options: Partial<ChatClientOptions>, { signal, ...more }: MarkMessagesAsReadOptions = {}) {
  const chat = createChatClient({ accessToken: "t", ...options });
  const promise = chat.markMessagesAsRead("a", { ...more, ...(signal && { signal }) });
  const tracked: { promise: typeof promise; outcome?: { reason?: unknown } } = { promise };
  promise.then(
    () => (tracked.outcome = {}),
    (reason: unknown) => (tracked.outcome = { reason }),
  );
  return tracked;
}

// Where a call can hang: none of these ever settles by itself, and none of them heeds its signal.
const PHASES: [string, { fetch: Fetch; accessToken?: () => string | Promise<string> }][] = [
  ["the access token", { fetch: stubFetch().fetch, accessToken: never }],
  [
    "a new access token after a 401",
    { fetch: stubFetch(new Response(null, { status: 401 })).fetch, accessToken: firstThen("rejected", never) },
  ],
  ["the response", { fetch: never }],
  ["the body of a success", { fetch: stubFetch(endlessBody(200)).fetch }],
  ["the body of an error", { fetch: stubFetch(endlessBody(404)).fetch }],
];

describe.each(PHASES)("while the call waits for %s", (phase, { fetch, accessToken = () => "t" }) => {
  test.each([
    ["an Error", new Error("mine")],
    ["a DOMException", new DOMException("m", "AbortError")],
    ["a string", "mine"],
    ["null", null],
    ["undefined, which is an AbortError", undefined],
  ])("an abort ends it at once, with the caller's reason: %s", async (_, reason) => {
    const controller = new AbortController();
    const aborted = call({ accessToken, fetch }, controller);
    await vi.advanceTimersByTimeAsync(100);
    expect(aborted.outcome).toBeUndefined();

    controller.abort(reason);
    await vi.advanceTimersByTimeAsync(0);
    expect(aborted.outcome).toEqual({ reason: controller.signal.reason });
    if (reason !== undefined) expect(aborted.outcome?.reason).toBe(reason);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("the time limit ends it after timeoutMs, not earlier", async () => {
    const { signal } = new AbortController();
    const limited = call({ accessToken, fetch, timeoutMs: 3000, maxRetries: 0 }, { signal });
    await vi.advanceTimersByTimeAsync(2999);
    expect(limited.outcome).toBeUndefined();

    await vi.advanceTimersByTimeAsync(1);
    const message = "No complete response within 3000 ms";
    const noToken = "The accessToken function returned no token within 3000 ms";
    const expected = phase.includes("token")
      ? { name: "AccessTokenError", message: noToken, retryable: true }
      : { name: "TimeoutError", message, timeoutMs: 3000, retryable: phase !== "the body of an error" };
    expect(limited.outcome?.reason).toMatchObject(expected);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test.each<[string, onAttempt: (controller: AbortController) => void]>([
  ["during the wait", () => {}],
  ["in onAttempt, before it", (controller) => controller.abort("mine")],
])("an abort %s ends the wait before a retry at once, and nothing more is sent", async (_, onAttempt) => {
  const { fetch, requests } = stubFetch(new Response(null, { status: 503, headers: { "Retry-After": "10" } }));
  const controller = new AbortController();
  const aborted = call({ fetch, onAttempt: () => onAttempt(controller) }, controller);
  await vi.advanceTimersByTimeAsync(100);
  controller.abort("mine");
  await vi.advanceTimersByTimeAsync(0);
  expect(aborted.outcome).toEqual({ reason: "mine" });
  const listeners = getEventListeners(controller.signal, "abort");
  expect([requests.length, vi.getTimerCount(), listeners]).toEqual([1, 0, []]);
});

test("a signal that has already aborted ends the call before a token is requested or anything is sent", async () => {
  const { fetch, requests } = stubFetch();
  const accessToken = vi.fn(() => "t");
  const onAttempt = vi.fn();
  const aborted = call({ accessToken, fetch, onAttempt }, { signal: AbortSignal.abort("mine") });
  await expect(aborted.promise).rejects.toBe("mine");
  expect([requests.length, accessToken.mock.calls.length, onAttempt.mock.calls.length]).toEqual([0, 0, 0]);
});

test("an abort before anything is sent does not count as an attempt", async () => {
  const { fetch, requests } = stubFetch();
  const onAttempt = vi.fn();
  const controller = new AbortController();
  const aborted = call({ fetch, onAttempt }, controller);
  controller.abort("mine");
  await expect(aborted.promise).rejects.toBe("mine");
  expect([requests.length, onAttempt.mock.calls.length]).toEqual([0, 0]);
});

test("a reason that is the error of an earlier call stays unchanged", async () => {
  const earlier = Object.freeze(await errorOf({ fetch: async () => new Response(null, { status: 404 }) }));
  const signal = AbortSignal.any([AbortSignal.abort(earlier)]);
  await expect(call({ accessToken: never }, { signal }).promise).rejects.toBe(earlier);
  const controller = new AbortController();
  const later = call({ fetch: never }, controller);
  await vi.advanceTimersByTimeAsync(1);
  controller.abort(earlier);
  await expect(later.promise).rejects.toBe(earlier);
});

test("an attempt that the caller aborts during the response body is recorded with its status", async () => {
  const controller = new AbortController();
  const onAttempt = vi.fn();
  const aborted = call({ fetch: stubFetch(endlessBody(200)).fetch, onAttempt }, controller);
  await vi.advanceTimersByTimeAsync(5);
  controller.abort("mine");
  await expect(aborted.promise).rejects.toBe("mine");
  const record = { number: 1, status: 200, error: "AbortError", durationMs: 5 };
  expect(onAttempt.mock.calls).toEqual([[{ operationId: "markMessagesAsRead", orderId: "a", ...record }]]);
});

test("calls that share a signal add one listener to it, so that Node does not warn of a leak", async () => {
  const warned = vi.fn();
  process.on("warning", warned);
  const { signal } = new AbortController();
  const chat = createChatClient({ accessToken: "t", fetch: slow });
  const calls = Array.from({ length: 50 }, () => chat.markMessagesAsRead("a", { signal }));
  await vi.advanceTimersByTimeAsync(5);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  await settle(Promise.all(calls));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", warned);
  expect([getEventListeners(signal, "abort").length, warned.mock.calls]).toEqual([0, []]);
});

test("an abort reaches a call even after another call with the same signal has ended", async () => {
  const controller = new AbortController();
  const { fetch } = stubFetch(never, Response.json({ messages_read_count: 15 }));
  const chat = createChatClient({ accessToken: "t", fetch });
  const hanging = chat.markMessagesAsRead("a", { signal: controller.signal });
  await chat.markMessagesAsRead("b", { signal: controller.signal });
  controller.abort("mine");
  await expect(hanging).rejects.toBe("mine");
});

test("a response that arrives after the call has ended is not read", async () => {
  const events: string[] = [];
  const body = new ReadableStream(
    { pull: () => void events.push("pulled"), cancel: () => void events.push("cancelled") },
    { highWaterMark: 0 },
  );
  const late: Fetch = async () => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return new Response(body);
  };
  expect(await settle(errorOf({ fetch: late, timeoutMs: 1000 }))).toMatchObject({ value: { name: "TimeoutError" } });
  await vi.advanceTimersByTimeAsync(3000);
  expect(events).toEqual(["cancelled"]);
});

test("an invalid argument is reported even if the signal has already aborted", async () => {
  const call = createChatClient({ accessToken: "t" }).markMessagesAsRead("..", { signal: AbortSignal.abort("mine") });
  await expect(call).rejects.toBeInstanceOf(TypeError);
});

test("each attempt has its whole time limit to itself", async () => {
  const hanging = call({ fetch: never, timeoutMs: 3000 });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  await vi.advanceTimersByTimeAsync(3000 + 250 + 3000 + 500 + 2999);
  expect(hanging.outcome).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  const attempts = [{ number: 1 }, { number: 2 }, { number: 3 }];
  expect(hanging.outcome?.reason).toMatchObject({ name: "TimeoutError", attempts });
});

test("a call's timeoutMs overrides the client's", async () => {
  const hanging = call({ fetch: never, maxRetries: 0 }, { timeoutMs: 50 });
  await vi.advanceTimersByTimeAsync(50);
  expect(hanging.outcome?.reason).toMatchObject({ name: "TimeoutError", timeoutMs: 50 });
});

test("fetch and the token function get signals that abort with the call", async () => {
  const signals: (AbortSignal | null | undefined)[] = [];
  const fetch: Fetch = (_, { signal }) => (signals.push(signal), never());
  const accessToken = ({ signal }: { signal: AbortSignal }) => (signals.push(signal), never());
  const controller = new AbortController();
  call({ fetch }, controller);
  call({ accessToken, fetch }, controller);
  await vi.advanceTimersByTimeAsync(0);
  expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  controller.abort("mine");
  expect(signals.map((signal) => [signal?.aborted, signal?.reason])).toEqual([
    [true, "mine"],
    [true, "mine"],
  ]);
});

test("an abort at the same time as a network failure counts as an abort", async () => {
  const controller = new AbortController();
  const fetch = async () => {
    controller.abort("mine");
    throw new TypeError("fetch failed");
  };
  await expect(call({ fetch }, controller).promise).rejects.toBe("mine");
});

test("an abort after the response changes nothing", async () => {
  const controller = new AbortController();
  const { promise } = call({ fetch: stubFetch().fetch }, controller);
  await promise;
  controller.abort();
  await expect(promise).resolves.toMatchObject({ data: { messages_read_count: 15 } });
});

test.each<[string, Fetch]>([
  ["a success", stubFetch().fetch],
  ["an error", stubFetch(new Response(null, { status: 404 })).fetch],
  ["retries", stubFetch(new Response(null, { status: 503 })).fetch],
  ["a network failure", stubFetch(new Error("m")).fetch],
])("after %s no listener is left on the caller's signal and no timer runs", async (_, fetch) => {
  const { signal } = new AbortController();
  const options: MarkMessagesAsReadOptions = { signal };
  const chat = createChatClient({ accessToken: async () => "t", fetch });
  for (let call = 0; call < 20; call += 1) await settle(chat.markMessagesAsRead("order-123", options));
  expect([getEventListeners(signal, "abort").length, vi.getTimerCount()]).toEqual([0, 0]);
});

test("a body that exceeds the limit, or that an abort ends, is cancelled", async () => {
  const cancelled: string[] = [];
  const body = (name: string, chunk: Uint8Array | undefined) =>
    new ReadableStream({
      pull: chunk ? (controller) => controller.enqueue(chunk) : () => {},
      cancel: () => void cancelled.push(name),
    });
  const headers = { "Content-Type": "application/json" };
  const chunk = new Uint8Array(50_000);
  for (const response of [
    new Response(body("success", chunk), { headers }),
    new Response(body("error", chunk), { status: 503, headers }),
    new Response(body("stalled", undefined), { headers }),
  ])
    await settle(errorOf({ fetch: async () => response }));
  expect(cancelled).toEqual(["success", "error", "stalled"]);
});

/** Responds after 10 ms. */
async function slow(): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return Response.json({ messages_read_count: 15 });
}

/** A token function that gives a token when it is first asked. */
function firstThen(token: string, then: () => Promise<string>): () => string | Promise<string> {
  let asked = 0;
  return () => ((asked += 1) % 2 === 1 ? token : then());
}
