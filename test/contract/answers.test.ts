import createClient from "openapi-fetch";
import { afterAll, describe, expect, test } from "vitest";
import { createChatClient, isChatClientError, type components, type paths } from "../../src/index.js";
import { nameOf, promisedAnswer, promisedAnswers, requestExamples } from "../support/description.js";
import { exchange, exercised, type MockAccess } from "../support/exchange.js";

describe("markMessagesAsRead resolves to the body of a 200", () => {
  test.each([
    ["markMessagesAsRead 200 messagesRead", { messages_read_count: 15 }],
    ["markMessagesAsRead 200 noUnreadMessages", { messages_read_count: 0 }],
  ])("%s", async (name, data) => {
    const { value } = await exchange(promisedAnswer(name), markMessagesAsRead);
    expect(value).toEqual({
      data,
      response: expect.objectContaining({ status: 200 }),
      attempts: [{ number: 1, status: 200, durationMs: expect.any(Number) }],
    });
  });
});

describe("markMessagesAsRead throws each error of the API as an ApiError", () => {
  test.each([
    [
      "markMessagesAsRead 400 userIdNotFound",
      { code: 4001, errors: [{ message: "User ID not found", code: 4001 }], retryable: false },
    ],
    [
      "markMessagesAsRead 400 multipleErrors",
      {
        code: 9999,
        errors: [{ message: "can't be blank", code: 1001, key: "order.service_option_id" }],
        retryable: false,
      },
    ],
    [
      "markMessagesAsRead 401 unauthorized",
      { code: 401, errors: [{ message: "The access token is not valid", code: 401 }], retryable: false },
    ],
    [
      "markMessagesAsRead 403 forbidden",
      { code: 403, errors: [{ message: "The caller is not allowed to do this", code: 403 }], retryable: false },
    ],
    [
      "markMessagesAsRead 404 orderNotFound",
      { code: 4000, errors: [{ message: "Resource not found", code: 4000 }], retryable: false },
    ],
    [
      "markMessagesAsRead 408 requestTimeout",
      { code: 408, errors: [{ message: "The connection was idle for too long", code: 408 }], retryable: true },
    ],
    [
      "markMessagesAsRead 429 tooManyRequests",
      { code: 429, errors: [{ message: "Too many requests", code: 429 }], retryable: true },
    ],
    ["markMessagesAsRead 500 (no body)", { errors: [], retryable: true }],
    ["markMessagesAsRead 503 (no body)", { errors: [], retryable: true }],
  ])("%s", async (name, expected) => {
    const promised = promisedAnswer(name);
    const { error } = await exchange(promised, markMessagesAsRead);
    const attempts = [{ number: 1, status: promised.status, error: "ApiError", durationMs: expect.any(Number) }];
    expect(isChatClientError(error) && error.toJSON()).toEqual({
      name: "ApiError",
      message: expect.stringContaining(String(promised.status)),
      status: promised.status,
      attempts,
      ...expected,
    });
  });
});

describe("generateAccessToken, by the generated types alone, receives", () => {
  test.each([
    [
      "generateAccessToken 200 accessToken",
      {
        access_token: "not-a-real-token",
        token_type: "Bearer",
        expires_in: 86400,
        scope: "connect:post_checkout",
        created_at: 1603897760,
      },
    ],
    [
      "generateAccessToken 200 accessTokenWithoutScope",
      { access_token: "not-a-real-token", token_type: "Bearer", expires_in: 86400, created_at: 1603897760 },
    ],
  ])("%s", async (name, data) => {
    const { value } = await exchange(promisedAnswer(name), (mock) => generateAccessToken(mock));
    expect(value?.data).toEqual(data);
  });

  test.each([400, 401, 403, 404, 408, 429, 500, 503])("generateAccessToken %i (no body)", async (status) => {
    const { value } = await exchange(promisedAnswer(`generateAccessToken ${status} (no body)`), generateAccessToken);
    expect(value?.response.status).toBe(status);
  });
});

describe("generateAccessToken accepts each example of its body", () => {
  const common = { client_id: "client-123", client_secret: "not-a-real-secret", scope: "connect:post_checkout" };
  const assertion = Buffer.from('{"user_id":"user-123"}').toString("base64");
  test.each<[string, AccessTokenRequest]>([
    ["clientCredentials", { grant_type: "client_credentials", ...common }],
    ["fulfillmentUserAssertion", { grant_type: "fulfillment_user_assertion", ...common, assertion }],
  ])("%s", async (example, body) => {
    const promised = promisedAnswer("generateAccessToken 200 accessToken");
    const { error } = await exchange(promised, (mock) => generateAccessToken(mock, body));
    expect(error).toBeUndefined();
    expect(requestExamples().find((candidate) => candidate.example === example)?.body).toEqual(body);
    exercised.add(`generateAccessToken request ${example}`);
  });
});

test("every operation, status and example of the description is exercised", () => {
  const requests = requestExamples().map(({ operationId, example }) => `${operationId} request ${example}`);
  expect([...exercised].sort()).toEqual([...promisedAnswers().map(nameOf), ...requests].sort());
});

afterAll(() => {
  console.log(`Exercised:\n${[...exercised].map((name) => `  ${name}`).join("\n")}`);
});

type AccessTokenRequest = components["schemas"]["AccessTokenRequest"];

const CREDENTIALS: AccessTokenRequest = {
  grant_type: "client_credentials",
  client_id: "a",
  client_secret: "b",
  scope: "c",
};

function markMessagesAsRead(mock: MockAccess) {
  return createChatClient({ ...mock, accessToken: "any-token", maxRetries: 0 }).markMessagesAsRead("order-123");
}

async function generateAccessToken({ baseUrl, fetch }: MockAccess, body = CREDENTIALS) {
  const send = async (request: Request) =>
    fetch(request.url, { method: request.method, headers: request.headers, body: await request.text() });
  const { data, response } = await createClient<paths>({ baseUrl, fetch: send }).POST("/v2/oauth/token", { body });
  return { data, response };
}
