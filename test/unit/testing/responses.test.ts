import { describe, expect, expectTypeOf, test } from "vitest";
import spec from "../../../generated/openapi.json" with { type: "json" };
import { nameOf, documentedResponses } from "../../../scripts/common/spec.js";
import * as core from "../../../src/index.js";
import * as oauth from "../../../src/oauth/index.js";
import { mockFetch, type ResponseName, type MockResponse, type MockFetch } from "../../../src/testing/index.js";
import { settle, useFakeClock } from "../../support/fake-clock.js";
import { callOf } from "../../support/operations.js";

const { createChatClient, InvalidResponseError } = core;
const { createTokenProvider } = oauth;

useFakeClock();

const CREDENTIALS = { clientId: "client-123", clientSecret: "not-a-real-secret" };

function put(fetch: MockFetch, signal: AbortSignal): Promise<Response> {
  return fetch("https://connect.instacart.com/v2/post_checkout/chat/order-123/messages", {
    method: "PUT",
    headers: { Authorization: "Bearer a-token" },
    signal,
  });
}

function call(fetch: MockFetch, options = {}) {
  return createChatClient({ accessToken: "a-token", fetch, ...options }).markMessagesAsRead("order-123");
}

describe("every response in the spec is available by its name, or by its status if it has no body", () => {
  test.each(documentedResponses().map((response) => [nameOf(response), response] as const))(
    "%s",
    async (_, promised) => {
      const { operationId, status, example, contentType, body } = promised;
      const mock = mockFetch((example ?? status) as ResponseName);
      const responses: Response[] = [];
      const fetch: core.Fetch = async (url, init) => responses[responses.push(await mock(url, init)) - 1]!.clone();
      await settle(callOf(operationId)({ ...core, ...oauth }, { fetch }));
      const [response] = responses;
      const text = await response?.text();
      const hasBody = response?.body !== null;
      expect({ status: response?.status, hasBody, headers: [...(response?.headers ?? [])], text }).toEqual({
        status,
        hasBody: body !== undefined,
        headers: contentType === undefined ? [] : [["content-type", contentType]],
        text: body === undefined ? "" : JSON.stringify(body),
      });
    },
  );
});

test("exactly these names and statuses compile", () => {
  type Paths = (typeof spec)["paths"];
  type NameIn<Status, Documented> = Documented extends { content: { "application/json": { examples: infer Examples } } }
    ? keyof Examples
    : Status extends `${infer WithoutBody extends number}`
      ? WithoutBody
      : never;
  type NamesIn<Operation> = Operation extends { responses: infer Responses }
    ? { [Status in keyof Responses]: NameIn<Status, Responses[Status]> }[keyof Responses]
    : never;
  type Operations = { [Path in keyof Paths]: Paths[Path][keyof Paths[Path]] }[keyof Paths];
  expectTypeOf<ResponseName>().toEqualTypeOf<NamesIn<Operations>>();
});

test("responses are used in order, and the last one is repeated", async () => {
  const fetch = mockFetch("messagesRead", "orderNotFound", "noUnreadMessages");
  const outcomes = [];
  for (let number = 0; number < 5; number += 1) outcomes.push(await settle(call(fetch)));
  expect(outcomes).toMatchObject([
    { value: { data: { messages_read_count: 15 } } },
    { reason: { name: "ApiError", httpStatus: 404, code: 4000 } },
    { value: { data: { messages_read_count: 0 } } },
    { value: { data: { messages_read_count: 0 } } },
    { value: { data: { messages_read_count: 0 } } },
  ]);
});

test("concurrent requests get their responses in the order in which they were sent", async () => {
  const fetch = mockFetch({ response: "messagesRead", delayMs: 100 }, "noUnreadMessages");
  const { value } = (await settle(Promise.all([call(fetch), call(fetch)]))) as { value: unknown };
  expect(value).toMatchObject([{ data: { messages_read_count: 15 } }, { data: { messages_read_count: 0 } }]);
});

test("without responses, each request of either operation succeeds", async () => {
  const fetch = mockFetch();
  const tokens = createTokenProvider({ ...CREDENTIALS, fetch });
  const { data } = await call(fetch, { accessToken: tokens.forUser("user-123") });
  expect(data).toEqual({ messages_read_count: 15 });
  expect(fetch.requests.map(({ method }) => method)).toEqual(["POST", "PUT"]);
  expect(fetch.requests[1]?.headers["authorization"]).toBe("Bearer not-a-real-token");
});

test("the client and the token provider can share one mock, even while a rejected token is refreshed", async () => {
  const renewed = { access_token: "another-token", token_type: "Bearer", expires_in: 86_400, created_at: 1603897760 };
  const fetch = mockFetch("accessToken", "unauthorized", { response: "accessToken", body: renewed }, "messagesRead");
  const tokens = createTokenProvider({ ...CREDENTIALS, fetch });
  const { attempts } = await call(fetch, { accessToken: tokens.forClient() });
  expect(attempts.map(({ status }) => status)).toEqual([401, 200]);
  expect(fetch.requests[3]?.headers["authorization"]).toBe("Bearer another-token");
});

test("a custom body replaces the example's, as it was when the mock was created", async () => {
  const body = { messages_read_count: 3 };
  const fetch = mockFetch({ response: "messagesRead", body });
  body.messages_read_count = 4;
  expect((await call(fetch)).data).toEqual({ messages_read_count: 3 });
});

test("custom headers are sent: the client waits as long as Retry-After says", async () => {
  const fetch = mockFetch({ response: "tooManyRequests", headers: { "Retry-After": "7" } }, "messagesRead");
  const { value } = (await settle(call(fetch))) as PromiseFulfilledResult<Awaited<ReturnType<typeof call>>>;
  expect(value.attempts).toMatchObject([{ status: 429 }, { status: 200 }]);
  expect(value.attempts[0]?.retryDelayMs).toBeGreaterThanOrEqual(7_000);
});

test("custom headers can replace the documented content type", async () => {
  const outcome = await settle(call(mockFetch({ response: "messagesRead", headers: { "content-type": "text/html" } })));
  expect(outcome).toMatchObject({ reason: expect.any(InvalidResponseError) });
});

test("the client treats a network failure as one, and retries", async () => {
  const fetch = mockFetch({ networkFailure: "ECONNRESET" }, 503);
  expect(await settle(call(fetch))).toMatchObject({
    reason: { name: "ApiError", attempts: [{ error: "NetworkError", code: "ECONNRESET" }, { status: 503 }, {}] },
  });
  expect(await settle(call(mockFetch({ networkFailure: "ECONNRESET" }), { maxRetries: 0 }))).toMatchObject({
    reason: {
      name: "NetworkError",
      code: "ECONNRESET",
      message: "The network failed: ECONNRESET",
      retryable: true,
      cause: { name: "TypeError", message: "fetch failed", cause: { code: "ECONNRESET" } },
    },
  });
});

test("a permanent network failure is not retried, as with a real fetch", async () => {
  const fetch = mockFetch({ networkFailure: "CERT_HAS_EXPIRED" });
  expect(await settle(call(fetch))).toMatchObject({ reason: { code: "CERT_HAS_EXPIRED", attempts: [{ number: 1 }] } });
});

test.each<[string, MockResponse]>([
  ["a response", { response: "messagesRead", delayMs: 60_000 }],
  ["a network failure", { networkFailure: "ECONNRESET", delayMs: 60_000 }],
])("%s with a delay arrives after it, too late for a shorter time limit, and an abort ends it", async (_, response) => {
  const durations: number[] = [];
  const within = async (timeoutMs: number) => {
    const before = performance.now();
    const outcome = await settle(call(mockFetch(response), { timeoutMs, maxRetries: 0 }));
    durations.push(performance.now() - before);
    return outcome;
  };
  expect(await within(50)).toMatchObject({ reason: { name: "TimeoutError" } });
  expect(await within(60_001)).not.toMatchObject({ reason: { name: "TimeoutError" } });
  expect(durations[0]).toBeLessThan(1000);
  expect(durations[1]).toBeGreaterThanOrEqual(60_000);

  const controller = new AbortController();
  const aborted = put(mockFetch(response), controller.signal);
  controller.abort("the customer left");
  await expect(aborted).rejects.toBe("the customer left"); // The clock stands still.
});

test("with a signal that has already aborted, nothing is sent", async () => {
  const fetch = mockFetch();
  const reason = new Error("The customer left");
  await expect(put(fetch, AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(fetch.requests).toEqual([]);
});

const NAMES = [...new Set(documentedResponses().map(({ example, status }) => example ?? status))].join(", ");

test.each<[unknown, string]>([
  ["mesagesRead", `response must be one of ${NAMES}`],
  [502, `response must be one of ${NAMES}`],
  [undefined, `response is missing. It must be one of ${NAMES}`],
  [{}, `response is missing. It must be one of ${NAMES}`],
  [null, "options must be an object"],
  [
    { response: "orderNotFound", status: 404 },
    "status is not an option; the options are response, body, headers, delayMs",
  ],
  [{ response: "messagesRead", body: () => {} }, "body must be a value that JSON can hold"],
  [{ response: 503, body: {} }, "body must be left out: 503 is documented without one"],
  [{ response: 503, headers: { "a b": "c" } }, "headers must be an object with a string for each header name"],
  [{ response: 503, delayMs: Infinity }, "delayMs must be an integer from 0 to 2147483647"],
  [{ networkFailure: 104 }, "networkFailure must be the code of a root cause, such as ECONNRESET"],
  [{ networkFailure: "" }, "networkFailure must be the code of a root cause, such as ECONNRESET"],
  [
    { networkFailure: "ECONNRESET", response: 503 },
    "response is not an option; the options are networkFailure, delayMs",
  ],
])("the response %j throws a TypeError at once: %s", (response, message) => {
  expect(() => mockFetch("messagesRead", response as MockResponse)).toThrow(new TypeError(message));
});
