// Logs attempts and errors with pino, as the documentation shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { createChatClient } from "instacart-post-checkout-chat";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";
import { mockFetch } from "instacart-post-checkout-chat/testing";

const SECRETS = /not-a-real-token|not-a-real-secret/;

function startLog() {
  const lines = [];
  const logger = pino({ level: "debug" }, { write: (line) => lines.push(line) });
  return { logger, lines, objects: () => lines.map((line) => JSON.parse(line)) };
}

test("each attempt is logged on one line, including token requests", async () => {
  const { logger, objects } = startLog();
  const fetch = mockFetch("accessToken", 503, "messagesRead");
  const onAttempt = (attempt) => logger.debug(attempt, "instacart attempt");
  const tokens = createTokenProvider({ clientId: "a", clientSecret: "not-a-real-secret", fetch, onAttempt });
  const chat = createChatClient({ accessToken: tokens.forUser("user-123"), fetch, onAttempt, maxRetryDelayMs: 1 });
  await chat.markMessagesAsRead("order-123");
  assert.deepEqual(
    objects().map(({ operationId, orderId, number, status }) => [operationId, orderId, number, status]),
    [
      ["generateAccessToken", undefined, 1, 200],
      ["markMessagesAsRead", "order-123", 1, 503],
      ["markMessagesAsRead", "order-123", 2, 200],
    ],
  );
});

const FAILURES = {
  ApiError: () => mockFetch("multipleErrors"),
  InvalidResponseError: () => async () => Response.json({ messages_read_count: "not-a-real-token" }),
  NetworkError: () => mockFetch({ networkFailure: "ECONNRESET" }),
  TimeoutError: () => mockFetch({ response: "messagesRead", delayMs: 60_000 }),
  AccessTokenError: () => mockFetch("messagesRead"),
};

for (const [name, makeFetch] of Object.entries(FAILURES)) {
  test(`${name} is logged with its type, message, order id and attempts, and without secrets`, async () => {
    const { logger, lines, objects } = startLog();
    const chat = createChatClient({
      accessToken: "not-a-real-token",
      fetch: makeFetch(),
      timeoutMs: 50,
      maxRetries: 0,
    });
    const accessToken = () => Promise.reject(new Error("no token"));
    const options = name === "AccessTokenError" ? { accessToken } : {};
    const error = await chat.markMessagesAsRead("order-123", options).catch((error) => error);
    logger.error(error, "not marked");
    const [{ err }] = objects();
    assert.deepEqual([err.type, err.orderId], [name, "order-123"]);
    assert(err.message.startsWith(error.message));
    assert.equal(err.attempts.length, name === "AccessTokenError" ? 0 : 1);
    assert.doesNotMatch(lines.join(), SECRETS);
  });
}

test("each error of an ApiError is logged once", async () => {
  const { logger, lines } = startLog();
  const errors = ["tip", "fee"].map((key) => ({ error: { message: "is invalid", code: 1001 }, meta: { key } }));
  const body = { error: { message: "There were issues", code: 9999, errors } };
  const chat = createChatClient({ accessToken: "t", fetch: mockFetch({ response: "multipleErrors", body }) });
  const error = await chat.markMessagesAsRead("order-123").catch((error) => error);
  assert.equal(error.errors.length, 2);
  logger.error(error);
  for (const { key } of error.errors)
    assert.equal(lines[0].split(`"key":${JSON.stringify(key)}`).length - 1, 1, lines[0]);
});

test("an error can be renamed and extended, as loggers do", async () => {
  const { logger, objects } = startLog();
  const chat = createChatClient({ accessToken: "t", fetch: mockFetch("orderNotFound") });
  const error = await chat.markMessagesAsRead("order-123").catch((error) => error);
  error.name = "Renamed";
  error.requestId = "request-1";
  error.message = `request-1: ${error.message}`;
  logger.error(error);
  const [{ err }] = objects();
  assert.deepEqual([error.name, err.requestId, err.message], ["Renamed", "request-1", error.message]);
});
