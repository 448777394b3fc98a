// The signals of abort-controller 3 have no `reason`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AbortController } from "abort-controller";
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";

const hang = () => new Promise(() => {});
const abortError = (error) => error instanceof Error && error.name === "AbortError";
const KINDS = {
  "before the call": (controller) => controller.abort(),
  "during the call": (controller) => setTimeout(() => controller.abort(), 10),
};

for (const [when, abort] of Object.entries(KINDS)) {
  test(`an abort ${when} is an AbortError`, async () => {
    const controller = new AbortController();
    const chat = createChatClient({ accessToken: "t", fetch: hang });
    abort(controller);
    await assert.rejects(chat.markMessagesAsRead("order-123", { signal: controller.signal }), abortError);
  });

  test(`an abort ${when}, while the call waits for a token, is an AbortError`, async () => {
    const controller = new AbortController();
    const tokens = createTokenProvider({ clientId: "a", clientSecret: "b", fetch: hang });
    const chat = createChatClient({ accessToken: tokens.forUser("user-123"), fetch: hang });
    abort(controller);
    await assert.rejects(chat.markMessagesAsRead("order-123", { signal: controller.signal }), abortError);
    const another = new AbortController();
    abort(another);
    await assert.rejects(tokens.forClient()({ signal: another.signal }), abortError);
  });
}

test("an abort between two attempts is an AbortError", async () => {
  const controller = new AbortController();
  const chat = createChatClient({
    accessToken: "t",
    fetch: async () => new Response(null, { status: 503, headers: { "Retry-After": "10" } }),
    onAttempt: () => controller.abort(),
  });
  await assert.rejects(chat.markMessagesAsRead("order-123", { signal: controller.signal }), abortError);
});
