import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createChatClient } from "../../../src/index.js";
import { createTokenProvider } from "../../../src/oauth/index.js";
import { mockFetch } from "../../../src/testing/index.js";

// As sinon fakes them by default; Vitest leaves queueMicrotask alone. Nothing below ever advances the clock.
beforeEach(() => {
  const timers = [
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "setImmediate",
    "clearImmediate",
  ] as const;
  vi.useFakeTimers({ toFake: [...timers, "queueMicrotask", "Date", "performance"] });
});
afterEach(() => void vi.useRealTimers());

test("under fake timers that fake queueMicrotask as well, every response arrives whole", async () => {
  const tokens = createTokenProvider({ clientId: "client-123", clientSecret: "not-a-secret", fetch: mockFetch() });
  const fetch = mockFetch("messagesRead", "orderNotFound", 503);
  const chat = createChatClient({ accessToken: tokens.forClient(), fetch, maxRetries: 0 });
  expect((await chat.markMessagesAsRead("order-1")).data).toEqual({ messages_read_count: 15 });
  await expect(chat.markMessagesAsRead("order-1")).rejects.toMatchObject({ name: "ApiError", code: 4000 });
  await expect(chat.markMessagesAsRead("order-1")).rejects.toMatchObject({
    name: "ApiError",
    attempts: [{ status: 503 }],
  });
});

test("a Response that knows no streams gets the body as text", async () => {
  class TextResponse {
    readonly text: unknown;
    constructor(body: unknown) {
      this.text = body;
    }
  }
  vi.stubGlobal("Response", TextResponse);
  const response = await mockFetch()("https://a/v2/post_checkout/chat/b/messages", {
    method: "PUT",
    headers: { Accept: "application/json", "Content-Type": "application/json", Authorization: "Bearer t" },
  });
  vi.unstubAllGlobals();
  expect(response.text).toBe('{"messages_read_count":15}');
});
