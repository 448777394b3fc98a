import { expect, onTestFinished, test } from "vitest";
import {
  AccessTokenError,
  ApiError,
  ChatClientError,
  createChatClient,
  InvalidResponseError,
  isChatClientError,
  NetworkError,
  TimeoutError,
  type Fetch,
} from "../../src/index.js";
import { errorOf } from "../support/error-of.js";
import { settle, useFakeClock } from "../support/fake-clock.js";

useFakeClock();

const ROOT = { name: "Error", message: "read ECONNRESET", code: "ECONNRESET" };
const root = Object.assign(new Error(), ROOT);
const headers = { "Content-Type": "application/json", "Retry-After": "60" };

// Each class of error, how to come by one, and what a logger gets of it.
const BODY = '{"error":{"message":"m","code":1},"meta":{"key":"k"}}';
const ERRORS: [string, abstract new (...args: never) => ChatClientError, Fetch, Record<string, unknown>][] = [
  [
    "ApiError",
    ApiError,
    async () => new Response(BODY, { status: 429, headers }),
    {
      message: "The API returned status 429: k m (code 1)",
      httpStatus: 429,
      code: 1,
      errors: [{ message: "m", code: 1, key: "k" }],
      excerpt: BODY,
      retryAfterMs: 60_000,
      retryable: true,
    },
  ],
  [
    "InvalidResponseError",
    InvalidResponseError,
    async () => Response.json({ messages_read_count: "15" }),
    {
      message: "The response with status 200 breaks the contract: /messages_read_count must be integer",
      httpStatus: 200,
      problems: [{ path: "/messages_read_count", message: "must be integer" }],
      excerpt: '{"messages_read_count":"15"}',
      retryable: false,
    },
  ],
  [
    "NetworkError",
    NetworkError,
    () => Promise.reject(new TypeError("fetch failed", { cause: root })),
    {
      message: "The network failed: read ECONNRESET",
      code: "ECONNRESET",
      cause: { name: "TypeError", message: "fetch failed", cause: ROOT },
      retryable: true,
    },
  ],
  [
    "TimeoutError",
    TimeoutError,
    () => new Promise(() => {}),
    { message: "No complete response within 5 ms", timeoutMs: 5, retryable: true },
  ],
];

test.each(ERRORS)(
  "%s has its own class and name, and a toJSON with what a logger needs",
  async (name, errorClass, fetch, expected) => {
    const chat = createChatClient({ accessToken: "t", fetch, maxRetries: 0, timeoutMs: 5 });
    const { reason: error } = (await settle(chat.markMessagesAsRead("a"))) as PromiseRejectedResult;
    expect(error).toBeInstanceOf(errorClass);
    expect(error).toBeInstanceOf(ChatClientError);
    expect(error).toBeInstanceOf(Error);
    expect(isChatClientError(error)).toBe(true);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name,
      attempts: [expect.objectContaining({ error: name })],
      operationId: "markMessagesAsRead",
      orderId: "a",
      ...expected,
    });
    expect((error as Error).stack).toMatch(new RegExp(`^${name}: `));
    expect(Object.keys(error as object)).not.toContain("name");
  },
);

test("an ApiError has the response, hidden from loggers", async () => {
  const fetch = async () => new Response("m", { status: 404, headers: { "X-Id": "5" } });
  const error = (await errorOf({ fetch })) as ApiError;
  const { status, headers, bodyUsed } = error.response;
  expect([status, headers.get("x-id"), bodyUsed]).toEqual([404, "5", true]);
  expect(Object.keys(error)).not.toContain("response");
  expect(JSON.stringify(error)).not.toContain("response");
});

test("an error has a stack and a name where there is no captureStackTrace", () => {
  const { captureStackTrace } = Error;
  onTestFinished(() => void Object.assign(Error, { captureStackTrace }));
  Object.assign(Error, { captureStackTrace: undefined });
  expect(new AccessTokenError("m", false)).toMatchObject({ name: "AccessTokenError", stack: expect.any(String) });
});

test("an error that somebody else constructs is about marking messages, without attempts", () => {
  expect(new AccessTokenError("m", true)).toMatchObject({ operationId: "markMessagesAsRead", attempts: [] });
});

test("the name and the cause of an error can be changed, as those of every error can", () => {
  const error = new AccessTokenError("m", false, new Error("cause"));
  const changeable = { writable: true, configurable: true, enumerable: false };
  for (const property of ["name", "cause"])
    expect(Object.getOwnPropertyDescriptor(error, property)).toMatchObject(changeable);
});

test("circular causes do not trap a logger", () => {
  const error = new Error("m");
  error.cause = error;
  expect(JSON.parse(JSON.stringify(new AccessTokenError("m", false, error)))).toMatchObject({
    cause: { cause: { message: "m" } },
  });
});

test.each([
  ...[undefined, null, "ApiError", 5, {}, { name: "ApiError" }],
  ...[new Error("m"), new TypeError("m"), new DOMException("m", "TimeoutError")],
])("%j is not an error of this package", (value) => {
  expect(isChatClientError(value)).toBe(false);
});

test("an object that throws when inspected is not an error of this package", () => {
  const get = () => {
    throw new Error("do not look");
  };
  expect(isChatClientError(new Proxy({}, { get }))).toBe(false);
});
