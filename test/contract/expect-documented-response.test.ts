import { expect, test } from "vitest";
import { expectDocumentedResponse } from "../support/expect-documented-response.js";
import { documentedResponse } from "../support/spec.js";

// All contract tests rely on this helper. Each exchange below has the documented status by accident, or another one, and
// must fail the test.

const orderNotFound = documentedResponse("markMessagesAsRead 404 orderNotFound");
const userIdNotFound = documentedResponse("markMessagesAsRead 400 userIdNotFound");

test("a 404 for an unknown path is not the documented 404", async () => {
  const tamper = ({ url }: { url: URL }) => void (url.pathname = "/unknown");
  const received = await rejected(expectDocumentedResponse(orderNotFound, { tamper }));
  expect(received).toMatchObject([{ status: 404, contentType: "application/problem+json" }]);
});

test("a 404 for a status that the spec does not have is not the documented 404", async () => {
  const received = await rejected(
    expectDocumentedResponse(orderNotFound, { tamper: withHeader("Prefer", "code=418") }),
  );
  expect(received).toMatchObject([{ status: 404, contentType: "application/problem+json" }]);
});

test("a 400 for a malformed header is not the documented 400", async () => {
  const tamper = withHeader("X-Treat-Ids-As-Internal", "yes");
  const received = await rejected(expectDocumentedResponse(userIdNotFound, { tamper }));
  const violations = expect.stringContaining("x-treat-ids-as-internal");
  expect(received).toMatchObject([{ status: 400, body: userIdNotFound.body, violations }]);
});

test("the example of a 200 is not the documented 404", async () => {
  const received = await rejected(expectDocumentedResponse({ ...orderNotFound, example: "messagesRead" }));
  expect(received).toMatchObject([{ status: 200, body: { messages_read_count: 15 } }]);
});

test("another example of the same status is not the documented one", async () => {
  const multipleErrors = documentedResponse("markMessagesAsRead 400 multipleErrors");
  const tamper = withHeader("Prefer", "code=400; example=multipleErrors");
  const received = await rejected(expectDocumentedResponse(multipleErrors, { tamper }));
  expect(received).toMatchObject([{ status: 400, body: userIdNotFound.body }]);
});

test("a documented response to an invalid request does not count", async () => {
  const tamper = withHeader("Authorization", "Basic dXNlcjpwYXNz");
  const unauthorized = documentedResponse("markMessagesAsRead 401 unauthorized");
  const received = await rejected(expectDocumentedResponse(unauthorized, { tamper }));
  expect(received).toMatchObject([{ status: 401, body: unauthorized.body, violations: expect.any(String) }]);
});

test("a valid request does not count as the expected violation", async () => {
  const received = await rejected(expectDocumentedResponse(orderNotFound, { violation: /token/ }));
  expect(received).toMatchObject([{ status: 404, body: orderNotFound.body, violations: null }]);
});

test("a call that sends no request does not count", async () => {
  expect(await rejected(expectDocumentedResponse(orderNotFound, { call: async () => ({ data: {} }) }))).toEqual([]);
});

function withHeader(name: string, value: string) {
  return ({ headers }: { headers: Headers }) => headers.set(name, value);
}

/** What an expectation that must fail had received. */
async function rejected(expectation: Promise<unknown>): Promise<unknown> {
  const error = await expectation.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toMatchObject({ name: "AssertionError" });
  return (error as { actual: unknown }).actual;
}
