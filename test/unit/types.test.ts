// `npm run test:consumers` also checks this file against the packed declarations, with each supported compiler.
import { expectTypeOf, test } from "vitest";
import {
  createChatClient,
  isChatClientError,
  type AccessTokenError,
  type ApiError,
  type ApiErrorDetail,
  type Attempt,
  type AnyChatClientError,
  type ChatClient,
  type ContractProblem,
  type ErrorResponse,
  type Locale,
  type MarkMessagesAsReadResult,
  type MessagesRead,
  type operations,
} from "../../src/index.js";
import { createTokenProvider } from "../../src/oauth/index.js";
import { mockFetch, type ResponseName, type MockRequest } from "../../src/testing/index.js";

// The compiler checks these; nothing has to run.
const compileOnly = (_: (chat: ChatClient) => unknown) => {};

test("results have the generated types and are never any", () => {
  expectTypeOf<MarkMessagesAsReadResult["data"]>().toEqualTypeOf<MessagesRead>();
  expectTypeOf<MessagesRead>().toEqualTypeOf<
    operations["markMessagesAsRead"]["responses"]["200"]["content"]["application/json"]
  >();
  expectTypeOf<ErrorResponse>().toEqualTypeOf<
    operations["markMessagesAsRead"]["responses"]["404"]["content"]["application/json"]
  >();
  expectTypeOf<MessagesRead["messages_read_count"]>().toEqualTypeOf<number>();
  expectTypeOf<MarkMessagesAsReadResult["attempts"]>().toEqualTypeOf<readonly Attempt[]>();
  expectTypeOf<MarkMessagesAsReadResult["response"]>().toEqualTypeOf<Response>();
  expectTypeOf<Response>().not.toBeAny(); // As it would be where the platform's declarations are missing.
  expectTypeOf<Locale>().toEqualTypeOf<"en-US" | "en-CA" | "fr-CA">();
});

test("unknown and invalid options do not compile", () => {
  compileOnly(() => {
    // @ts-expect-error: the token is required
    createChatClient({});
    // @ts-expect-error: no such option
    createChatClient({ accessToken: "t", timeoutMS: 5 });
    // @ts-expect-error: an option of calls
    createChatClient({ accessToken: "t", signal: new AbortController().signal });
    // @ts-expect-error: a locale is a string
    createChatClient({ accessToken: "t", locale: 5 });
  });
  compileOnly((chat) => {
    // @ts-expect-error: no such option
    void chat.markMessagesAsRead("a", { treatIdAsInternal: true });
    // @ts-expect-error: an option of clients
    void chat.markMessagesAsRead("a", { baseUrl: "https://a" });
    // @ts-expect-error: an order id is a string
    void chat.markMessagesAsRead(5);
    // @ts-expect-error: an order id is required
    void chat.markMessagesAsRead();
  });
});

test("the global fetch and every compatible fetch are accepted", () => {
  compileOnly(() => createChatClient({ accessToken: "t", fetch: globalThis.fetch }));
  compileOnly(() =>
    createChatClient({
      accessToken: async ({ rejected, signal }) => `${rejected} ${signal.aborted}`,
      fetch: async (url, init) => globalThis.fetch(new URL(url), init),
    }),
  );
});

test("an error's name narrows its type, and none of its fields is any", () => {
  compileOnly(() => {
    const error: unknown = undefined;
    if (!isChatClientError(error)) return;
    expectTypeOf(error).toEqualTypeOf<AnyChatClientError>();
    expectTypeOf(error.retryable).toEqualTypeOf<boolean>();
    expectTypeOf(error.attempts).toEqualTypeOf<readonly Attempt[]>();
    switch (error.name) {
      case "ApiError":
        expectTypeOf(error).toEqualTypeOf<ApiError>();
        expectTypeOf(error.httpStatus).toEqualTypeOf<number>();
        expectTypeOf(error.code).toEqualTypeOf<number | undefined>();
        expectTypeOf(error.errors).toEqualTypeOf<readonly ApiErrorDetail[]>();
        expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>();
        return expectTypeOf(error.response).toEqualTypeOf<Response>();
      case "InvalidResponseError":
        expectTypeOf(error.httpStatus).toEqualTypeOf<number>();
        expectTypeOf(error.problems).toEqualTypeOf<readonly ContractProblem[]>();
        return expectTypeOf(error.excerpt).toEqualTypeOf<string>();
      case "NetworkError":
        return expectTypeOf(error.code).toEqualTypeOf<string | undefined>();
      case "TimeoutError":
        return expectTypeOf(error.timeoutMs).toEqualTypeOf<number>();
      case "AccessTokenError":
        return expectTypeOf(error).toEqualTypeOf<AccessTokenError>();
      default:
        return expectTypeOf(error).toEqualTypeOf<never>();
    }
  });
});

test("a provider's functions fit accessToken of a client and of a call, and a Map fits as a store", () => {
  compileOnly((chat) => {
    const tokens = createTokenProvider({ clientId: "a", clientSecret: "b", store: new Map<string, string>() });
    createChatClient({ accessToken: tokens.forUser("u") });
    void chat.markMessagesAsRead("a", { accessToken: tokens.forClient() });
    // @ts-expect-error: no such option
    createTokenProvider({ clientId: "a", clientSecret: "b", audience: "c" });
    // @ts-expect-error: the secret is required
    createTokenProvider({ clientId: "a" });
  });
});

test("a mock fits fetch of a client and of a provider, and knows the names, bodies and requests of the spec", () => {
  compileOnly(() => {
    const fetch = mockFetch("messagesRead", 503, { networkFailure: "ECONNRESET", delayMs: 5 });
    createChatClient({ accessToken: "t", fetch });
    createTokenProvider({ clientId: "a", clientSecret: "b", fetch });
    expectTypeOf(fetch.requests).toEqualTypeOf<readonly MockRequest[]>();
    expectTypeOf<MockRequest["orderId"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<NonNullable<MockRequest["body"]>["grant_type"]>().toEqualTypeOf<
      "client_credentials" | "fulfillment_user_assertion"
    >();
    mockFetch({ response: "messagesRead", body: { messages_read_count: 3 }, headers: { "X-Request-Id": "1" } });
    mockFetch({ response: "forbidden", body: { error: { message: "m", code: 7 } } });
  });
  expectTypeOf<"messagesRead" | "orderNotFound" | "accessToken" | 403 | 503>().toExtend<ResponseName>();
});

test("misspelt names, invalid bodies and unknown options of a mock do not compile", () => {
  compileOnly(() => {
    // @ts-expect-error: no such example
    mockFetch("mesagesRead");
    // @ts-expect-error: no such status without a body
    mockFetch(502);
    // @ts-expect-error: no such example
    mockFetch({ response: "mesagesRead" });
    // @ts-expect-error: no such option
    mockFetch({ response: "messagesRead", delay: 5 });
    // @ts-expect-error: the body of another response
    mockFetch({ response: "messagesRead", body: { error: { message: "m", code: 7 } } });
    // @ts-expect-error: a field is misspelt
    mockFetch({ response: "messagesRead", body: { message_read_count: 3 } });
    // @ts-expect-error: documented without a body
    mockFetch({ response: 503, body: {} });
    // @ts-expect-error: what was sent is not to be changed
    mockFetch().requests.push();
  });
});
