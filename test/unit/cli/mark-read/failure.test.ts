import { describe, expect, test } from "vitest";
import { classifyFailure } from "../../../../src/cli/mark-read/failure.js";
import { UsageError } from "../../../../src/cli/usage-error.js";
import { AccessTokenError, createChatClient } from "../../../../src/index.js";
import { createTokenProvider } from "../../../../src/oauth/index.js";
import { stubFetch, type StubResponse } from "../../../support/stub-fetch.js";

const networkError = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
const apiError = (status: number, body = "", headers = {}) => new Response(body, { status, headers });
const cutOff = (status: number) => () =>
  new Response(new ReadableStream({ pull: (controller) => controller.error(networkError("ECONNRESET")) }), { status });

async function callError(response: StubResponse): Promise<unknown> {
  const { fetch } = stubFetch(response);
  return createChatClient({ accessToken: "a-token", maxRetries: 0, fetch })
    .markMessagesAsRead("order-1")
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

async function tokenError(response: StubResponse): Promise<unknown> {
  const { fetch } = stubFetch(response);
  return createTokenProvider({ clientId: "c", clientSecret: "a-secret", fetch, timeoutMs: 100 })
    .forClient()()
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

/** What a failure concerns: of an order whose user has a token of their own, and of one without. */
const concerns = (error: unknown) => [true, false].map((hasOwnUser) => classifyFailure(error, hasOwnUser).concerns);

describe("what a failed call means for the other order ids", () => {
  test.each<[string, StubResponse, [string, string]]>([
    ["an order that does not exist", apiError(404), ["order", "order"]],
    ["a rejected token", apiError(401), ["order", "run"]],
    ["a response that breaks the contract", Response.json({}), ["order", "order"]],
    ["a certificate that is not trusted", networkError("CERT_HAS_EXPIRED"), ["run", "run"]],
    ["a response that was lost after its status", cutOff(404), ["order", "order"]],
    ["a server that cannot be reached", networkError("ECONNREFUSED"), ["moment", "moment"]],
    ["an error of the server", apiError(500), ["moment", "moment"]],
  ])("%s", async (_, response, expected) => {
    expect(concerns(await callError(response))).toEqual(expected);
  });

  test("an error of the environment, or an invalid order", () => {
    expect(concerns(new UsageError("no credentials"))).toEqual(["run", "run"]);
    expect(concerns(new TypeError("orderId must not be empty"))).toEqual(["order", "order"]);
    expect(concerns(undefined)).toEqual(["order", "order"]);
  });
});

describe("what a failed token request means for the other order ids", () => {
  test.each<[string, StubResponse, [string, string]]>([
    ["client credentials that are rejected with 401", apiError(401), ["run", "run"]],
    ["client credentials that are rejected by name", apiError(400, '{"error":"invalid_client"}'), ["run", "run"]],
    ["a client that may not do this", apiError(403, '{"error":"unauthorized_client"}'), ["run", "run"]],
    ["a user who is rejected", apiError(400, '{"error":"invalid_grant"}'), ["order", "run"]],
    ["a response that breaks the contract", Response.json({ error: '"invalid_client"' }), ["order", "run"]],
    ["a certificate that is not trusted", networkError("CERT_HAS_EXPIRED"), ["run", "run"]],
    ["an error of the server", apiError(503, "", { "Retry-After": "60" }), ["moment", "moment"]],
  ])("%s", async (_, response, expected) => {
    expect(concerns(await tokenError(response))).toEqual(expected);
  });

  test("a token function that fails", async () => {
    const accessToken = () => Promise.reject(new Error("down"));
    const call = createChatClient({ accessToken }).markMessagesAsRead("order-1");
    expect(concerns(await call.catch((error: unknown) => error))).toEqual(["order", "run"]);
    expect(classifyFailure(new AccessTokenError("vault is sealed", true), false)).toMatchObject({
      concerns: "moment",
      status: undefined,
    });
  });
});

test.each<[string, StubResponse, object]>([
  [
    "429",
    apiError(429, "", { "Retry-After": "60" }),
    { status: 429, setback: { retryAfterMs: 60_000, isOverload: true } },
  ],
  ["503", apiError(503), { status: 503, setback: { retryAfterMs: undefined, isOverload: true } }],
  ["500", apiError(500), { status: 500, setback: { retryAfterMs: undefined, isOverload: false } }],
  ["no response", networkError("ECONNREFUSED"), { status: undefined, setback: { isOverload: false } }],
])(
  "a transient failure says how long to wait, and whether the API is overloaded: %s",
  async (_, response, expected) => {
    const error = await callError(response);
    const failure = classifyFailure(error, false);
    expect(failure).toMatchObject({ concerns: "moment", ...expected });
    expect(failure).toHaveProperty("setback.error", error);
  },
);

test("of a failed token request, it is the status of the token endpoint", async () => {
  const error = await tokenError(apiError(503, "", { "Retry-After": "60" }));
  expect(classifyFailure(error, false)).toMatchObject({
    status: 503,
    setback: { retryAfterMs: 60_000, isOverload: true },
  });
});
