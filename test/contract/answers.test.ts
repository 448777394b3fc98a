import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { createChatClient, isChatClientError, type Fetch, type MarkMessagesAsReadOptions } from "../../src/index.js";
import { createTokenProvider, type TokenProvider } from "../../src/oauth/index.js";
import {
  spec,
  nameOf,
  operations,
  documentedResponse,
  documentedResponses,
  requestExamples,
  resolve,
} from "../../scripts/shared/spec.js";
import { exchange, exercised, type MockAccess } from "../support/exchange.js";

describe("markMessagesAsRead resolves to the body of a 200", () => {
  test.each([
    ["markMessagesAsRead 200 messagesRead", { messages_read_count: 15 }],
    ["markMessagesAsRead 200 noUnreadMessages", { messages_read_count: 0 }],
  ])("%s", async (name, data) => {
    const { value } = await exchange(documentedResponse(name), markMessagesAsRead);
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
    const promised = documentedResponse(name);
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

describe("generateAccessToken gives a token", () => {
  test.each(["generateAccessToken 200 accessToken", "generateAccessToken 200 accessTokenWithoutScope"])(
    "%s",
    async (name) => {
      const { value } = await exchange(documentedResponse(name), generateAccessToken);
      expect(value).toBe("not-a-real-token");
    },
  );

  test.each([
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])("or an AccessTokenError: generateAccessToken %i (no body)", async (status, retryable) => {
    vi.spyOn(Math, "random").mockReturnValue(0); // No wait before a retry.
    const promised = documentedResponse(`generateAccessToken ${status} (no body)`);
    const { error } = await exchange(promised, generateAccessToken, { times: retryable ? 3 : 1 });
    expect(error).toMatchObject({ name: "AccessTokenError", retryable, cause: { name: "ApiError", status } });
  });
});

describe("generateAccessToken sends each example of its body", () => {
  test.each([
    ["clientCredentials", (tokens: TokenProvider) => tokens.forClient()()],
    ["fulfillmentUserAssertion", (tokens: TokenProvider) => tokens.forUser("user-123")()],
  ])("%s", async (example, ask) => {
    const bodies: unknown[] = [];
    const promised = documentedResponse("generateAccessToken 200 accessToken");
    const { value } = await exchange(promised, ({ baseUrl, fetch }) => {
      const keep: Fetch = (url, init) => {
        bodies.push(JSON.parse(String(init.body)));
        return fetch(url, init);
      };
      return ask(createTokenProvider({ ...CREDENTIALS, baseUrl, fetch: keep }));
    });
    expect(value).toBe("not-a-real-token");
    expect(bodies).toEqual([requestExamples().find((candidate) => candidate.example === example)?.body]);
    exercised.add(`generateAccessToken request ${example}`);
  });
});

describe("markMessagesAsRead sends each parameter as the description has it, and leaves it out when it is not given", () => {
  type Row = [parameter: string, how: string, options: MarkMessagesAsReadOptions];
  test.each<Row>([
    ["order_id", "present", {}],
    ["X-Treat-Ids-As-Internal", "absent", {}],
    ["X-Treat-Ids-As-Internal", "true", { treatIdsAsInternal: true }],
    ["X-Treat-Ids-As-Internal", "false", { treatIdsAsInternal: false }],
    ["Accept-Language", "absent", {}],
    ["Accept-Language", "en-US", { locale: "en-US" }],
    ["Accept-Language", "en-CA", { locale: "en-CA" }],
    ["Accept-Language", "fr-CA", { locale: "fr-CA" }],
    ["X-Retailer-Id", "absent", {}],
    ["X-Retailer-Id", "present", { retailerId: "banner-1" }],
  ])("%s: %s", async (parameter, how, options) => {
    const sent: (string | null | undefined)[] = [];
    const watch = (init: RequestInit) => {
      sent.push(new Headers(init.headers).get(parameter));
      return init;
    };
    const { value } = await exchange(
      documentedResponse("markMessagesAsRead 200 messagesRead"),
      (mock) => createChatClient({ ...mock, accessToken: "any-token" }).markMessagesAsRead("order-123", options),
      { tamper: watch },
    );
    expect(value?.data).toEqual({ messages_read_count: 15 });
    if (parameter !== "order_id")
      expect(sent).toEqual([how === "absent" ? null : (Object.values(options)[0] ?? "").toString()]);
    exercised.add(`markMessagesAsRead parameter ${parameter} ${how}`);
  });

  test("a wrong type is refused, by the client before anything is sent, and by the mock", async () => {
    const chat = createChatClient({ accessToken: "any-token" });
    const yes = "yes" as unknown as boolean;
    await expect(chat.markMessagesAsRead("order-123", { treatIdsAsInternal: yes })).rejects.toThrow(TypeError);
    await exchange(documentedResponse("markMessagesAsRead 400 userIdNotFound"), markMessagesAsRead, {
      tamper: withHeader("X-Treat-Ids-As-Internal", "yes"),
      violation: /x-treat-ids-as-internal.*boolean/i,
    });
    exercised.add("markMessagesAsRead parameter X-Treat-Ids-As-Internal of a wrong type");
  });
});

describe("markMessagesAsRead needs the bearer token", () => {
  test.each<[string, (init: RequestInit) => RequestInit]>([
    ["absent", withHeader("Authorization", undefined)],
    ["of another scheme", withHeader("Authorization", "Basic dXNlcjpwYXNz")],
  ])("%s", async (how, tamper) => {
    const promised = documentedResponse("markMessagesAsRead 401 unauthorized");
    const violation = /"Invalid security scheme used"/;
    const { error } = await exchange(promised, markMessagesAsRead, { tamper, violation });
    expect(error).toMatchObject({ name: "ApiError", status: 401, code: 401 });
    exercised.add(`markMessagesAsRead security ${how}`);
  });
});

test("everything that the description has is exercised", () => {
  const requests = requestExamples().map(({ operationId, example }) => `${operationId} request ${example}`);
  const all = [...documentedResponses().map(nameOf), ...requests, ...parameterCases(), ...securityCases()];
  expect([...exercised].sort()).toEqual(all.sort());
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(() => {
  console.log(`Exercised:\n${[...exercised].map((name) => `  ${name}`).join("\n")}`);
});

/** What can be done with each parameter: leaving it out, each value where they can be listed, and a wrong type. */
function parameterCases(): string[] {
  return operations().flatMap(({ operationId, parameters = [] }) =>
    parameters.map(resolve).flatMap(({ name, required, schema }) => {
      const values = schema.type === "boolean" ? ["true", "false"] : (enumOf(schema) ?? ["present"]);
      // Any text is a string: none is of a wrong type.
      const wrong = schema.type === "boolean" ? ["of a wrong type"] : [];
      const cases = [...(required ? [] : ["absent"]), ...values, ...wrong];
      return cases.map((how) => `${operationId} parameter ${name} ${how}`);
    }),
  );
}

function enumOf(schema: object): readonly string[] | undefined {
  const [first] = "anyOf" in schema ? (schema.anyOf as [object]) : [];
  return first && (resolve(first) as { enum?: readonly string[] }).enum;
}

function securityCases(): string[] {
  return operations()
    .filter(({ security = spec.security }) => security.length > 0)
    .flatMap(({ operationId }) => [`${operationId} security absent`, `${operationId} security of another scheme`]);
}

function withHeader(name: string, value: string | undefined) {
  return (init: RequestInit): RequestInit => {
    const headers = new Headers(init.headers);
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
    return { ...init, headers };
  };
}

const CREDENTIALS = { clientId: "client-123", clientSecret: "not-a-real-secret" };

function markMessagesAsRead(mock: MockAccess) {
  return createChatClient({ ...mock, accessToken: "any-token", maxRetries: 0 }).markMessagesAsRead("order-123");
}

function generateAccessToken(mock: MockAccess) {
  return createTokenProvider({ ...CREDENTIALS, ...mock }).forClient()();
}
