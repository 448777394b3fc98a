import { describe, expect, test } from "vitest";
import type { ContractCase } from "../../../../src/cli/contract/cases.js";
import { judgeCall, rejectedAtOnce, type Context } from "../../../../src/cli/contract/verdict.js";
import { createChatClient, isChatClientError, type AnyChatClientError } from "../../../../src/index.js";
import { stubFetch, type StubResponse } from "../../../support/stub-fetch.js";

const success: ContractCase = {
  operationId: "markMessagesAsRead",
  status: 200,
  purpose: "the order",
  needsToken: true,
  ask: () => Promise.resolve(),
};
const invalidToken: ContractCase = { ...success, status: 401, needsToken: false };
const unknownOrder: ContractCase = { ...success, status: 404, code: 4000 };

const apiError = (status: number, code?: number) =>
  Response.json({ error: { message: "no", ...(code !== undefined && { code }) } }, { status });

async function verdict(one: ContractCase, response: StubResponse, context: Partial<Context> = {}) {
  const chat = createChatClient({ accessToken: "a-token", maxRetries: 0, fetch: stubFetch(response).fetch });
  const error = await chat.markMessagesAsRead("order-1").then(
    () => undefined,
    (error: AnyChatClientError) => error,
  );
  if (error !== undefined) expect(isChatClientError(error)).toBe(true);
  return judgeCall(one, error, { orderStatus: undefined, isComplete: true, ...context });
}

const passed = { outcome: "passed" };
const violation = (where: string, expected: string, got: string, foundBy = ["spec", "client"]) => ({
  outcome: "violation",
  violation: { where: `markMessagesAsRead ${where}`, expected, got, foundBy },
});
const inconclusive = (reason: string) => ({ outcome: "inconclusive", reason });

describe("a call that should succeed", () => {
  test.each<[string, StubResponse, object]>([
    ["passes with a success", Response.json({ messages_read_count: 1 }), passed],
    [
      "says nothing if it is rejected",
      apiError(404, 4000),
      inconclusive("the request was rejected: The API returned status 404: no (code 4000)"),
    ],
    [
      "says nothing if its token is rejected",
      apiError(401),
      inconclusive("the access token was rejected; it may have expired: The API returned status 401: no"),
    ],
    ["says nothing if the API fails", apiError(503), inconclusive("The API returned status 503: no")],
    [
      "breaks the contract with another status",
      apiError(418, 7),
      violation("200, status", "must be 200", "418 with code 7"),
    ],
    [
      "breaks the contract with another success",
      new Response(null, { status: 204 }),
      violation("200, status", "must be 200", "204"),
    ],
    [
      "breaks the contract with an invalid body",
      Response.json({ messages_read_count: "1" }),
      violation("200, body /messages_read_count", "must be integer", "another value", ["client"]),
    ],
    [
      "breaks the contract with a body that is unusable as a whole",
      new Response("<p>", { headers: { "Content-Type": "application/json" } }),
      violation("200, body", "must be a body that the client can use", "one that is not JSON, or is cut off", [
        "client",
      ]),
    ],
  ])("%s", async (_, response, expected) => {
    expect(await verdict(success, response)).toEqual(expected);
  });

  test.each(["Z_DATA_ERROR", "ERR_BROTLI_BAD", "ERR_ZSTD_BAD", "HPE_INVALID_CONSTANT"])(
    "breaks the contract with a response that is not HTTP: %s",
    async (code) => {
      const error = new TypeError("fetch failed", { cause: Object.assign(new Error("bad"), { code }) });
      expect(await verdict(success, error)).toMatchObject({
        violation: {
          where: "markMessagesAsRead 200, transfer",
          expected: "must be valid HTTP that matches its own headers",
        },
      });
    },
  );

  test.each(["ECONNREFUSED", "MY_HPE_CODE"])("says nothing if the network fails: %s", async (code) => {
    const error = new TypeError("fetch failed", { cause: Object.assign(new Error("bad"), { code }) });
    expect(await verdict(success, error)).toMatchObject({ outcome: "inconclusive" });
  });
});

describe("a call that should get a documented error", () => {
  test("passes with its status, and with its code if it has one", async () => {
    expect(await verdict(invalidToken, apiError(401))).toEqual(passed);
    expect(await verdict(unknownOrder, apiError(404, 4000))).toEqual(passed);
  });

  test("breaks the contract with another code", async () => {
    const expected = (got: string) => violation("404, body /error/code", "must be 4000", got);
    expect(await verdict(unknownOrder, apiError(404, 4001))).toEqual(expected("4001"));
    expect(await verdict(unknownOrder, apiError(404))).toEqual(expected("none"));
  });

  test("breaks the contract with a success, or with another documented error", async () => {
    expect(await verdict(unknownOrder, Response.json({ messages_read_count: 1 }))).toEqual(
      violation("404, status", "must be 404", "200"),
    );
    expect(await verdict(invalidToken, apiError(404, 4000))).toEqual(
      violation("401, status", "must be 401", "404 with code 4000"),
    );
  });

  test("says nothing if the request for the order got the same error", async () => {
    expect(await verdict(unknownOrder, apiError(400, 1001), { orderStatus: 400 })).toEqual(
      inconclusive("it was rejected with the same status as --order: The API returned status 400: no (code 1001)"),
    );
  });

  test("says nothing if the body was too long to be read", async () => {
    expect(await verdict(unknownOrder, apiError(404, 4000), { isComplete: false })).toEqual(
      inconclusive("its body is longer than the client reads: The API returned status 404: no (code 4000)"),
    );
  });

  test("says nothing about a 401 if it needed a token, and breaks the contract with one if it did not", async () => {
    expect(await verdict(unknownOrder, apiError(401))).toMatchObject({ outcome: "inconclusive" });
    expect(await verdict({ ...unknownOrder, needsToken: false }, apiError(401))).toEqual(
      violation("404, status", "must be 404", "401"),
    );
  });
});

test("a token that the server had just issued must not be rejected", () => {
  expect(rejectedAtOnce(success)).toEqual(
    violation("200, status", "must be 200, because the access token had just been issued", "401"),
  );
});
