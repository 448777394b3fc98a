import { afterAll, describe, expect, test } from "vitest";
import { liveCases } from "../../scripts/contract/cases.js";
import { checkContract } from "../../scripts/contract/check.js";
import * as client from "../../src/index.js";
import { createTokenProvider } from "../../src/oauth/index.js";
import { documentedResponses, nameOf } from "../support/spec.js";
import { startStandIn, TARGET, type StandInResponses } from "../support/stand-in-server.js";

type Catcher = "proxy" | "client";

const ERROR = { message: "Resource not found", code: 4000 };
const found = (body: unknown) => ({ found: { body } });
const notFound = (body: unknown, status = 404) => ({ notFound: { status, body } });

/** The flaw of a server, and who notices it. */
const WRONG: [flaw: string, responses: Partial<StandInResponses>, caughtBy: Catcher[]][] = [
  ["the count is a string", found({ messages_read_count: "15" }), ["proxy", "client"]],
  ["the count is null", found({ messages_read_count: null }), ["proxy", "client"]],
  ["the count is negative", found({ messages_read_count: -1 }), ["proxy", "client"]],
  ["the count is a fraction", found({ messages_read_count: 1.5 }), ["proxy", "client"]],
  ["the count cannot be read exactly", found('{"messages_read_count":9007199254740993}'), ["proxy", "client"]],
  ["the field has another name", found({ message_read_count: 15 }), ["proxy", "client"]],
  ["the field is missing", found({}), ["proxy", "client"]],
  ["the body is a list", found([{ messages_read_count: 15 }]), ["proxy", "client"]],
  ["the body is empty", found(""), ["proxy", "client"]],
  ["the JSON is cut off", found('{"messages_read_count":1'), ["proxy", "client"]],
  ["201 in place of 200", { found: { status: 201, body: { messages_read_count: 15 } } }, ["proxy", "client"]],
  ["204 in place of 200", { found: { status: 204 } }, ["proxy", "client"]],
  [
    "another content type",
    { found: { body: { messages_read_count: 15 }, headers: { "Content-Type": "text/plain" } } },
    ["proxy", "client"],
  ],
  ["a web page", { found: { body: "<html>", headers: { "Content-Type": "text/html" } } }, ["proxy", "client"]],
  ["a redirect", { found: { status: 302, headers: { Location: "/login" } } }, ["proxy", "client"]],
  ["501, to which Prism responds by itself", { found: { status: 501, body: { error: ERROR } } }, ["client"]],
  ["503 all the time", { found: { status: 503 } }, ["client"]],
  ["an unknown order is a 200", notFound({ messages_read_count: 0 }, 200), ["client"]],
  ["an unknown order is a 400", notFound({ error: ERROR }, 400), ["client"]],
  ["an unknown order is an undocumented status", notFound({ error: ERROR }, 410), ["proxy", "client"]],
  ["the error is a plain string", notFound({ error: "Resource not found" }), ["proxy", "client"]],
  ["the error has no code", notFound({ error: { message: "Resource not found" } }), ["proxy", "client"]],
  ["the error's code is a string", notFound({ error: { ...ERROR, code: "4000" } }), ["proxy", "client"]],
  ["the error has another code", notFound({ error: { ...ERROR, code: 1001 } }), ["client"]],
  ["the error has no message", notFound({ error: { code: 4000 } }), ["proxy"]],
  ["the error's meta is a string", notFound({ error: ERROR, meta: "order_id" }), ["proxy"]],
  ["several errors without a list", notFound({ error: { message: "m", code: 9999 } }), ["proxy", "client"]],
  [
    "the error is a web page",
    { notFound: { status: 404, body: "<html>", headers: { "Content-Type": "text/html" } } },
    ["proxy", "client"],
  ],
  ["any token is accepted", { unauthorized: { body: { messages_read_count: 15 } } }, ["client"]],
  ["an invalid token is a 403", { unauthorized: { status: 403, body: { error: ERROR } } }, ["client"]],
  ["an invalid token is a web page", { unauthorized: { status: 401, body: "<html>" } }, ["proxy"]],
];

const caught: string[] = [];

test("a server that follows the endpoint's page passes, for the responses that it can be made to send", async () => {
  const results = await check({});
  expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  expect(results.filter(({ outcome }) => outcome === "passed").map(({ name }) => name)).toEqual([
    "markMessagesAsRead 200 messagesRead",
    "markMessagesAsRead 401 unauthorized",
    "markMessagesAsRead 404 orderNotFound",
  ]);
  expect(results.map(({ name }) => name)).toEqual(documentedResponses().map(nameOf));
});

test("without the id of an unknown order, the 404 is not checked", async () => {
  const cases = liveCases({ ...TARGET, unknownOrderId: undefined });
  expect(cases.filter(({ ask }) => ask).map(({ status }) => status)).toEqual([200, 401]);
});

describe("a server that breaks the contract is caught, in one line with the place, what was expected and what came", () => {
  test.each(WRONG)("%s", async (flaw, responses, caughtBy) => {
    const violations = (await check(responses)).flatMap((result) => result.violations);
    const catchers = [...new Set(violations.map(({ by }) => by))];
    caught.push(`  ${flaw.padEnd(45)} ${catchers.join(", ")}`);
    expect(catchers).toEqual(caughtBy);
    for (const { text } of violations)
      expect(text).toMatch(/^markMessagesAsRead \d{3} \w+.*: promised is .+, but there came .+$/);
  });
});

afterAll(() => {
  console.log(`Wrong servers, and who notices:\n${caught.join("\n")}`);
});

async function check(flaws: Partial<StandInResponses>) {
  const server = await startStandIn(flaws);
  const results: import("../../scripts/contract/check.js").Result[] = [];
  try {
    await checkContract({ ...client, createTokenProvider }, server.url, liveCases(TARGET), (result) =>
      results.push(result),
    );
  } finally {
    await server.close();
  }
  return results;
}
