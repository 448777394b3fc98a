// MSW intercepts the global `fetch`, as users' tests do. Nothing is sent.
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";
import { delay, http, HttpResponse } from "msw";
import { setupServer } from "msw/node";

const API = "https://connect.instacart.com/v2";
const MESSAGES = `${API}/post_checkout/chat/:orderId/messages`;

const seen = [];
const server = setupServer(
  http.put(MESSAGES, ({ params, request }) => {
    seen.push([params.orderId, request.headers.get("authorization"), request.cache]);
    return HttpResponse.json({ messages_read_count: 15 });
  }),
  http.post(`${API}/oauth/token`, async ({ request }) => {
    assert.equal((await request.json()).grant_type, "fulfillment_user_assertion");
    return HttpResponse.json({ access_token: "token-1", token_type: "Bearer", expires_in: 86_400, created_at: 0 });
  }),
);
server.listen({ onUnhandledRequest: "error" });
afterEach(() => server.resetHandlers());
after(() => server.close());

const tokens = createTokenProvider({ clientId: "a", clientSecret: "b" });
const chat = createChatClient({ accessToken: tokens.forUser("user-123"), maxRetries: 0 });

test("a call and its token request are intercepted, and bypass every cache", async () => {
  const { data } = await chat.markMessagesAsRead("a/b");
  assert.deepEqual([data, seen], [{ messages_read_count: 15 }, [["a/b", "Bearer token-1", "no-store"]]]);
});

test("an error from the API is an ApiError", async () => {
  server.use(http.put(MESSAGES, () => HttpResponse.json({ error: { message: "m", code: 4000 } }, { status: 404 })));
  await assert.rejects(chat.markMessagesAsRead("order-123"), { name: "ApiError", httpStatus: 404, code: 4000 });
});

test("a network failure is retried, then is a retryable NetworkError", async () => {
  server.use(http.put(MESSAGES, () => HttpResponse.error(), { once: true }));
  const { attempts } = await chat.markMessagesAsRead("order-123", { maxRetries: 1 });
  assert.deepEqual(
    attempts.map(({ error }) => error),
    ["NetworkError", undefined],
  );
});

test("the time limit ends a call", async () => {
  server.use(http.put(MESSAGES, () => delay("infinite")));
  await assert.rejects(chat.markMessagesAsRead("order-123", { timeoutMs: 100 }), { name: "TimeoutError" });
});

test("an abort ends a call", async () => {
  server.use(http.put(MESSAGES, () => delay("infinite")));
  const controller = new AbortController();
  setTimeout(() => controller.abort("mine"), 50);
  await assert.rejects(
    chat.markMessagesAsRead("order-123", { signal: controller.signal }),
    (error) => error === "mine",
  );
});
