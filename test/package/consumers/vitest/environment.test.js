// Users' tests of code for the browser: the environment replaces Headers, Response, AbortController and more.
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";
import { mockFetch } from "instacart-post-checkout-chat/testing";
import { expect, test } from "vitest";

test("the mock accepts the client's requests and returns each kind of response", async () => {
  const fetch = mockFetch("messagesRead", 503, { networkFailure: "socket hang up" }, "orderNotFound");
  const chat = createChatClient({
    accessToken: "t",
    fetch,
    retailerId: "banner-1",
    locale: "fr-CA",
    maxRetryDelayMs: 1,
  });
  const { data } = await chat.markMessagesAsRead("a/b", { treatIdsAsInternal: true });
  expect(data).toEqual({ messages_read_count: 15 });
  const error = await chat.markMessagesAsRead("order-123").catch((error) => error);
  expect(error).toMatchObject({ name: "ApiError", httpStatus: 404 });
  expect(error.attempts.map(({ error }) => error)).toEqual(["ApiError", "NetworkError", "ApiError"]);
});

test("the client accepts the environment's Headers", async () => {
  const fetch = mockFetch("messagesRead");
  const chat = createChatClient({
    accessToken: "t",
    fetch: (url, init) => fetch(url, { ...init, headers: new Headers(init.headers) }),
  });
  expect((await chat.markMessagesAsRead("order-123")).data.messages_read_count).toBe(15);
});

test("a token provider works, also with a store", async () => {
  for (const store of [undefined, new Map()]) {
    const fetch = mockFetch("accessToken", "messagesRead");
    const provider = createTokenProvider({ clientId: "a", clientSecret: "b", fetch, ...(store && { store }) });
    const chat = createChatClient({ accessToken: provider.forUser("user-123"), fetch });
    expect((await chat.markMessagesAsRead("order-123")).data.messages_read_count).toBe(15);
  }
});

test("an abort of the environment's signal ends a call", async () => {
  const chat = createChatClient({ accessToken: "t", fetch: mockFetch({ response: "messagesRead", delayMs: 60_000 }) });
  const controller = new AbortController();
  const call = chat.markMessagesAsRead("order-123", { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("the time limit ends a call", async () => {
  const fetch = mockFetch({ response: "messagesRead", delayMs: 60_000 });
  const chat = createChatClient({ accessToken: "t", fetch, timeoutMs: 20, maxRetries: 0 });
  await expect(chat.markMessagesAsRead("order-123")).rejects.toMatchObject({ name: "TimeoutError" });
});
