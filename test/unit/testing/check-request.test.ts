import { describe, expect, test } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { operations, requestExamples } from "../../../scripts/common/spec.js";
import { createChatClient, type Fetch } from "../../../src/index.js";
import { createTokenProvider } from "../../../src/oauth/index.js";
import { mockFetch, type MockResponse } from "../../../src/testing/index.js";

const ORIGIN = "https://connect.instacart.com";
const MESSAGES = `${ORIGIN}/v2/post_checkout/chat/order-123/messages`;
const TOKEN = `${ORIGIN}/v2/oauth/token`;
const CREDENTIALS = { clientId: "client-123", clientSecret: "not-a-real-secret" };
const GRANT = { grant_type: "client_credentials", client_id: "a", client_secret: "b", scope: "c" };

const PUT = { method: "PUT", headers: { Authorization: "Bearer a-token" } };
const put = (headers: Record<string, string>) => ({ ...PUT, headers: { ...PUT.headers, ...headers } });
const post = (body: unknown) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

const USER_AGENT = `${manifest.name}/${manifest.version}`;

test("the client's requests are recorded: method, URL, order id, and headers with names in lower case", async () => {
  const fetch = mockFetch();
  const chat = createChatClient({ accessToken: "a-token", baseUrl: "https://gateway.example/instacart/", fetch });
  await chat.markMessagesAsRead("a/b ü", { treatIdsAsInternal: true, retailerId: "banner-1", locale: "fr-CA" });
  expect(fetch.requests).toStrictEqual([
    {
      method: "PUT",
      url: "https://gateway.example/instacart/v2/post_checkout/chat/a%2Fb%20%C3%BC/messages",
      orderId: "a/b ü",
      headers: {
        accept: "application/json",
        authorization: "Bearer a-token",
        "content-type": "application/json",
        "x-treat-ids-as-internal": "true",
        "x-retailer-id": "banner-1",
        "accept-language": "fr-CA",
        "user-agent": USER_AGENT,
      },
    },
  ]);
});

test("the token provider's requests are recorded with their parsed body: each example in the spec", async () => {
  const fetch = mockFetch();
  const tokens = createTokenProvider({ ...CREDENTIALS, fetch });
  await tokens.forUser("user-123")();
  await tokens.forClient()();
  expect(fetch.requests).toStrictEqual(
    requestExamples().map(({ body }) => ({
      method: "POST",
      url: TOKEN,
      headers: { accept: "application/json", "content-type": "application/json", "user-agent": USER_AGENT },
      body,
    })),
  );
});

const DESCRIBED = operations()
  .map(({ method, path }) => `${method} ${path}`)
  .join(" and ");
const PUT_SENT = "PUT /v2/post_checkout/chat/{order_id}/messages has an invalid request:";
const POST_SENT = "POST /v2/oauth/token has an invalid request:";
const VALID_BODY = `; a valid body is ${requestExamples()
  .map(({ body }) => JSON.stringify(body))
  .join(" or ")}`;

describe("a request that breaks the contract is rejected with a message that says how, and is not recorded", () => {
  test.each<[string, string, RequestInit, string]>([
    ["another path", `${ORIGIN}/v2/chats`, PUT, `PUT /v2/chats is not in the spec, which has ${DESCRIBED}`],
    [
      "no order id",
      `${ORIGIN}/v2/post_checkout/chat//messages`,
      PUT,
      `PUT /v2/post_checkout/chat//messages is not in the spec, which has ${DESCRIBED}`,
    ],
    ["another method", TOKEN, PUT, `PUT /v2/oauth/token is not in the spec, which has ${DESCRIBED}`],
    ["no method", TOKEN, {}, `GET /v2/oauth/token is not in the spec, which has ${DESCRIBED}`],
    [
      "an order id that is not encoded well",
      `${ORIGIN}/v2/post_checkout/chat/%ff/messages`,
      PUT,
      "/v2/post_checkout/chat/%ff/messages is not percent-encoded UTF-8, as encodeURIComponent makes it",
    ],
    ["no token", MESSAGES, { method: "PUT" }, `${PUT_SENT} /header must have required property 'authorization'`],
    [
      "a token without Bearer",
      MESSAGES,
      put({ Authorization: "a-token" }),
      `${PUT_SENT} /header/authorization must match pattern "^Bearer [!-~]+$"`,
    ],
    [
      "no token after Bearer",
      MESSAGES,
      put({ Authorization: "Bearer " }),
      `${PUT_SENT} /header/authorization must match pattern "^Bearer [!-~]+$"`,
    ],
    [
      "a malformed header",
      MESSAGES,
      put({ "X-Treat-Ids-As-Internal": "yes" }),
      `${PUT_SENT} /header/x-treat-ids-as-internal must be boolean`,
    ],
    [
      "an empty header",
      MESSAGES,
      put({ "X-Retailer-Id": "" }),
      `${PUT_SENT} /header/x-retailer-id must NOT have fewer than 1 characters`,
    ],
    ["a query", `${MESSAGES}?a=b`, PUT, `${PUT_SENT} /query must NOT have additional properties`],
    ["a body on a request that has none", MESSAGES, { ...PUT, body: "{}" }, `${PUT_SENT} /body must not be sent`],
    ["null as a body", MESSAGES, { ...PUT, body: "null" }, `${PUT_SENT} /body must not be sent`],
    [
      "credentials in the query",
      `${TOKEN}?client_id=a`,
      post(GRANT),
      `${POST_SENT} /query must NOT have additional properties`,
    ],
    ["no body", TOKEN, { ...post(GRANT), body: null }, `${POST_SENT} must have required property 'body'${VALID_BODY}`],
    ["a body that is not JSON", TOKEN, post("grant_type=client_credentials"), `${POST_SENT} /body must be object`],
    [
      "a body without what it needs",
      TOKEN,
      post({ ...GRANT, client_secret: undefined }),
      `${POST_SENT} /body must have required property 'client_secret'`,
    ],
    [
      "a body of another type",
      TOKEN,
      { ...post(GRANT), headers: { "Content-Type": "text/plain" } },
      `${POST_SENT} /header/content-type must match pattern "^application/json *(;|$)"`,
    ],
  ])("%s", async (_, url, init, problem) => {
    const fetch = mockFetch();
    const error: unknown = await fetch(url, init).catch((error) => error);
    expect(error).toBeInstanceOf(TypeError);
    expect(`${(error as Error).message}; `).toContain(`mockFetch rejected the request: ${problem}; `);
    expect(fetch.requests).toEqual([]);
  });

  test("but a request that the spec leaves open is accepted", async () => {
    const fetch = mockFetch();
    await fetch(MESSAGES, { ...PUT, body: "" });
    await fetch(MESSAGES, put({ "Accept-Language": "de-DE,*;q=0.5", "X-Request-Id": "1" }));
    await fetch(TOKEN, {
      ...post({ ...GRANT, new: 1 }),
      headers: { "Content-Type": "application/json; charset=utf-8" },
    });
    expect(fetch.requests).toHaveLength(3);
  });

  test("the message names each problem once, and shows valid bodies", async () => {
    const { message } = (await mockFetch()(TOKEN, post({})).catch((error) => error)) as Error;
    expect(message.split("/body must have required property 'client_id'")).toHaveLength(2);
    expect(message.endsWith(VALID_BODY)).toBe(true);
  });

  test("the message shows valid bodies only if the body is invalid, whatever else is", async () => {
    const rejection = async (url: string, init: RequestInit) =>
      String(await mockFetch()(url, init).catch((error) => error));
    const invalidHeader = { headers: { "Content-Type": "text/plain" } };
    expect(await rejection(TOKEN, { ...post({}), ...invalidHeader })).toContain("; a valid body is ");
    expect(await rejection(TOKEN, { ...post(GRANT), ...invalidHeader })).not.toContain("a valid body is");
    expect(await rejection(MESSAGES, { ...PUT, body: "{}" })).not.toContain("a valid body is");
  });

  test("the message contains no value from the request", async () => {
    const secrets = { grant_type: 5, client_id: ["secret-1"], client_secret: "secret-2", scope: "", assertion: {} };
    const errors = await Promise.all([
      mockFetch()(TOKEN, post(secrets)).catch(String),
      mockFetch()(`${TOKEN}?client_secret=secret-3`, post(GRANT)).catch(String),
      mockFetch()(MESSAGES, put({ Authorization: "secret-4" })).catch(String),
    ]);
    expect(errors.join()).not.toMatch(/secret-\d/);
  });
});

test.each<[string, MockResponse, string, RequestInit, string]>([
  ["a token", "accessToken", MESSAGES, PUT, "PUT /v2/post_checkout/chat/{order_id}/messages has no response"],
  ["a 403 without a body", 403, MESSAGES, PUT, "PUT /v2/post_checkout/chat/{order_id}/messages has no response"],
  ["a count", "messagesRead", TOKEN, post(GRANT), "POST /v2/oauth/token has no response"],
])("%s is rejected as a response that the operation does not have", async (_, response, url, init, problem) => {
  const { method, path } = operations().find(({ path }) => problem.includes(path)) ?? {};
  const names = operations()
    .filter((operation) => operation.path === path)
    .flatMap(({ responses }) => Object.keys(responses));
  const fetch = mockFetch(response);
  const { message } = (await fetch(url, init).catch((error) => error)) as Error;
  expect(fetch.requests).toEqual([]);
  expect(message).toContain(`mockFetch rejected the request: ${method} ${path} has no response ${response}; it has `);
  expect(names).toContain(message.split(", ").at(-1));
});

describe("a rejection is passed on at once, with its message and without a retry", () => {
  const withoutToken =
    (fetch: Fetch): Fetch =>
    (url, init) => {
      const { authorization: _, ...headers } = init.headers;
      return fetch(url, { ...init, headers });
    };

  test("by the client", async () => {
    const chat = createChatClient({ accessToken: "a-token", fetch: withoutToken(mockFetch()) });
    await expect(chat.markMessagesAsRead("order-123")).rejects.toMatchObject({
      name: "NetworkError",
      code: "ERR_INVALID_ARG_VALUE",
      message: `The fetch function failed: ERR_INVALID_ARG_VALUE mockFetch rejected the request: ${PUT_SENT} /header must have required property 'authorization'`,
      retryable: false,
      attempts: [{ number: 1 }],
    });
  });

  test("by the token provider, alone and inside a call", async () => {
    const fetch = mockFetch("messagesRead");
    const tokens = createTokenProvider({ ...CREDENTIALS, fetch });
    const error = {
      name: "AccessTokenError",
      message: expect.stringContaining(
        "mockFetch rejected the request: POST /v2/oauth/token has no response messagesRead",
      ),
      retryable: false,
      cause: { name: "NetworkError", attempts: [{ number: 1 }] },
    };
    await expect(tokens.forUser("user-123")()).rejects.toMatchObject(error);
    const chat = createChatClient({ accessToken: tokens.forUser("user-123"), fetch });
    await expect(chat.markMessagesAsRead("order-123")).rejects.toMatchObject(error);
  });
});
