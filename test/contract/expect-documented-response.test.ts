import { expect, test } from "vitest";
import { expectDocumentedResponse } from "../support/expect-documented-response.js";
import { documentedResponse, type DocumentedResponse } from "../support/spec.js";

// All contract tests rely on this helper. Each exchange below has the documented status by accident, or another one, and
// must fail the test.

const orderNotFound = documentedResponse("markMessagesAsRead 404 orderNotFound");
const userIdNotFound = documentedResponse("markMessagesAsRead 400 userIdNotFound");

const multipleErrors = documentedResponse("markMessagesAsRead 400 multipleErrors");
const unauthorized = documentedResponse("markMessagesAsRead 401 unauthorized");
const PROBLEM = { status: 404, contentType: "application/problem+json" };

test.each<[string, DocumentedResponse, Parameters<typeof expectDocumentedResponse>[1], received: object[]]>([
  ["a 404 for an unknown path", orderNotFound, { tamper: ({ url }) => (url.pathname = "/unknown") }, [PROBLEM]],
  ["a 404 for an undocumented status", orderNotFound, withHeader("Prefer", "code=418"), [PROBLEM]],
  [
    "a 400 for a malformed header",
    userIdNotFound,
    withHeader("X-Treat-Ids-As-Internal", "yes"),
    [{ status: 400, body: userIdNotFound.body, violations: expect.stringContaining("x-treat-ids-as-internal") }],
  ],
  [
    "the example of a 200",
    { ...orderNotFound, example: "messagesRead" },
    {},
    [{ status: 200, body: { messages_read_count: 15 } }],
  ],
  [
    "another example of the same status",
    multipleErrors,
    withHeader("Prefer", "code=400; example=multipleErrors"),
    [{ status: 400, body: userIdNotFound.body }],
  ],
  [
    "the documented response, if the request is invalid",
    unauthorized,
    withHeader("Authorization", "Basic dXNlcjpwYXNz"),
    [{ status: 401, body: unauthorized.body, violations: expect.any(String) }],
  ],
  [
    "the documented response, if a violation is expected and the request is valid",
    orderNotFound,
    { violation: /token/ },
    [{ status: 404, body: orderNotFound.body, violations: null }],
  ],
  ["no response, because the call sends no request", orderNotFound, { call: async () => ({ data: {} }) }, []],
])("%s is not what is expected", async (_, documented, expectation, received) => {
  const error: unknown = await expectDocumentedResponse(documented, expectation).catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "AssertionError", actual: received });
});

function withHeader(name: string, value: string) {
  return { tamper: ({ headers }: { headers: Headers }) => headers.set(name, value) };
}
