import { expect, test } from "vitest";
import { LineError } from "../../../../src/cli/mark-read/order-line.js";
import { createChatClient } from "../../../../src/index.js";
import { resultLine } from "../../../../src/cli/mark-read/result-line.js";

const order = { orderId: "a", earlierAttempts: 0 };
const entry = { position: 7, order };
const data = { messages_read_count: 15 };

test.each<[string, string, string]>([
  ["a count", resultLine(entry, { data, attempts: 1 }), '{"order_id":"a","messages_read_count":15}'],
  [
    "a user",
    resultLine({ ...entry, order: { ...order, userId: "u" } }, { data, attempts: 1 }),
    '{"order_id":"a","user_id":"u","messages_read_count":15}',
  ],
  [
    "a count that is a lower bound",
    resultLine(entry, { data, attempts: 2 }),
    '{"order_id":"a","messages_read_count":15,"attempts":2,"is_lower_bound":true}',
  ],
  [
    "an error, with the attempts before it",
    resultLine(entry, { error: new TypeError("orderId must not be empty"), attempts: 3 }),
    '{"order_id":"a","error":{"name":"TypeError","message":"order_id must not be empty"},"attempts":3}',
  ],
  [
    "a line without an id that could be read",
    resultLine({ position: 7, order: new LineError("no") }, { error: new LineError("no"), attempts: 0 }),
    '{"order_id":null,"line":7,"error":{"name":"LineError","message":"no"}}',
  ],
])("a line of JSON contains %s", (_, line, expected) => {
  expect(line).toBe(`${expected}\n`);
});

test("an error of the API keeps what a program needs to handle it", async () => {
  const response = new Response("", { status: 429, headers: { "Retry-After": "7" } });
  const chat = createChatClient({ accessToken: "a-token", maxRetries: 0, fetch: async () => response });
  const error = await chat.markMessagesAsRead("a").catch((error: unknown) => error);
  expect(JSON.parse(resultLine(entry, { error, attempts: 1 }))).toEqual({
    order_id: "a",
    error: {
      name: "ApiError",
      message: "The API returned status 429 with an empty body",
      status: 429,
      retryAfterMs: 7000,
      retryable: true,
    },
  });
});

test("it contains nothing that a terminal interprets, and parses to the same value", () => {
  const orderId = "a\u0000\u001b[31m\u007f\u009b31m\u2028\u202e\u2066é🛒";
  const text = resultLine({ position: 1, order: { ...order, orderId } }, { data, attempts: 1 });
  expect(text).toMatch(/^[\x20-\x7eé🛒]+\n$/u);
  expect(JSON.parse(text)).toEqual({ order_id: orderId, messages_read_count: 15 });
});
