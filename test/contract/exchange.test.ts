import { expect, test } from "vitest";
import { createChatClient } from "../../src/index.js";
import { documentedResponse } from "../../scripts/shared/spec.js";
import { exchange, type MockAccess } from "../support/exchange.js";

// The helper that all contract tests rely on, put to the test: each exchange below has a promised status for a reason
// that has nothing to do with the promise, or is not the promised one, and has to be refused.

const orderNotFound = documentedResponse("markMessagesAsRead 404 orderNotFound");

test("a 404 for a path that does not exist is not accepted", async () => {
  const received = await refused(
    exchange(orderNotFound, (mock) => call({ ...mock, baseUrl: `${mock.baseUrl}/wrong` })),
  );
  expect(received).toEqual([expect.objectContaining({ status: 404, contentType: "application/problem+json" })]);
});

test("a 404 for a status that the description does not have is not accepted", async () => {
  const received = await refused(exchange(orderNotFound, call, { tamper: withHeader("Prefer", "code=418") }));
  expect(received).toEqual([expect.objectContaining({ status: 404, contentType: "application/problem+json" })]);
});

test("a documented 400 for a malformed header is not accepted", async () => {
  const userIdNotFound = documentedResponse("markMessagesAsRead 400 userIdNotFound");
  const received = await refused(
    exchange(userIdNotFound, call, { tamper: withHeader("X-Treat-Ids-As-Internal", "yes") }),
  );
  expect(received).toEqual([
    expect.objectContaining({
      status: 400,
      body: userIdNotFound.body,
      violations: expect.stringContaining("x-treat-ids-as-internal"),
    }),
  ]);
});

test("a 200 in place of a 404, for the name of its example, is not accepted", async () => {
  const received = await refused(exchange({ ...orderNotFound, example: "messagesRead" }, call));
  expect(received).toEqual([expect.objectContaining({ status: 200, body: { messages_read_count: 15 } })]);
});

test("another example of the same status is not accepted", async () => {
  const multipleErrors = documentedResponse("markMessagesAsRead 400 multipleErrors");
  const received = await refused(
    exchange(multipleErrors, call, { tamper: withHeader("Prefer", "code=400; example=multipleErrors") }),
  );
  expect(received).toEqual([
    expect.objectContaining({ status: 400, body: documentedResponse("markMessagesAsRead 400 userIdNotFound").body }),
  ]);
});

test("no request at all is not accepted", async () => {
  expect(await refused(exchange(orderNotFound, async () => {}))).toEqual([]);
});

async function call(mock: MockAccess): Promise<unknown> {
  return createChatClient({ ...mock, accessToken: "t", maxRetries: 0 }).markMessagesAsRead("order-123");
}

function withHeader(name: string, value: string) {
  return (init: RequestInit): RequestInit => {
    const headers = new Headers(init.headers);
    headers.set(name, value);
    return { ...init, headers };
  };
}

/** What an exchange that must fail had received. */
async function refused(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ name: "AssertionError" });
  return (error as { actual: unknown }).actual;
}
