import { describe, expect, test } from "vitest";
import { documentedOperations } from "../../../../generated/operations.js";
import { judgeResponse, statusesOf } from "../../../../src/cli/contract/judge-response.js";
import type { RecordedResponse } from "../../../../src/cli/contract/recording-fetch.js";

const DOCUMENTED = documentedOperations.flatMap(({ operationId, responses }) =>
  responses.map((response) => ({ operationId, ...response })),
);
const JSON_TYPE = "application/json";
const VALID = '{"messages_read_count":15}';

function judge(
  { operationId, status }: Pick<RecordedResponse, "operationId" | "status">,
  contentType: string | undefined,
  body: string | Uint8Array,
) {
  const headers = new Headers(contentType === undefined ? {} : { "Content-Type": contentType });
  return judgeResponse({ operationId, status, headers, body: Buffer.from(body), isComplete: true });
}
const judgeSuccess = (contentType: string | undefined, body: string | Uint8Array) =>
  judge({ operationId: "markMessagesAsRead", status: 200 }, contentType, body);
const judgeToken = (body: string) => judge({ operationId: "generateAccessToken", status: 200 }, JSON_TYPE, body);

describe.each(DOCUMENTED)("$operationId $name", (documented) => {
  const { contentType, body } = documented;
  const text = contentType === undefined ? "" : JSON.stringify(body);

  test("satisfies the contract as documented, and with new fields", () => {
    const more = contentType === undefined ? "" : JSON.stringify({ ...(body as object), new: [{ field: 1.5 }] });
    for (const valid of [text, more])
      expect(judge(documented, contentType, valid)).toMatchObject({ isDocumented: true, violations: [] });
  });

  test.runIf(contentType !== undefined)("breaks it as a web page, and without its required fields", () => {
    const expected = judge(documented, "text/html", "<html>").violations.map((violation) => violation.expected);
    expect(expected).toEqual([`must be ${contentType}`]);
    const { isDocumented, violations } = judge(documented, contentType, "{}");
    expect(isDocumented).toBe(false);
    for (const { expected } of violations) expect(expected).toMatch(/^must have required property '\w+'$/);
  });
});

test("the statuses of an operation are the documented ones, each once; another operation has none", () => {
  for (const { operationId, responses } of documentedOperations)
    expect(statusesOf(operationId)).toEqual([...new Set(responses.map(({ status }) => status))]);
  expect(statusesOf("another")).toEqual([]);
});

test("nothing is quoted from a body that may contain a token", () => {
  const got = (body: string) => new Set(judgeToken(body).violations.map((violation) => violation.got));
  expect(got("access_token=abc")).toEqual(new Set(["other text"]));
  expect(got('["abc"]')).toEqual(new Set(["Array"]));
  expect(got('{"token":"abc"}')).toEqual(new Set(["Object"]));
  expect(got('{"access_token":"abc","token_type":"Bearer","expires_in":"abc","created_at":null}')).toEqual(
    new Set(["String", "Null"]),
  );
});

describe("of a success,", () => {
  test.each([
    "application/json",
    "Application/JSON",
    'application/json; charset="UTF-8"',
    "application/json;charset=UTF8",
    'application/json; profile="a, b"',
    'application/json; profile="a\\", text/html"; charset=utf-8',
    "application/json, application/json; charset=utf-8",
  ])("the content type %s is valid", (contentType) => {
    expect(judgeSuccess(contentType, VALID).violations).toEqual([]);
  });

  test.each<[string | undefined, string]>([
    [undefined, "must be application/json"],
    ["text/json", "must be application/json"],
    ["json", "must be application/json"],
    ["application/json, text/html", "must be application/json"],
    ["application/jsonx", "must be application/json"],
    ["application/json; charset=latin1", "must have the charset utf-8, or none"],
    ["application/json; charset=utf-8x", "must have the charset utf-8, or none"],
    ["application/json; charset=utf-8, application/json; charset=latin1", "must have the charset utf-8, or none"],
  ])("the content type %s is invalid", (contentType, expected) => {
    expect(judgeSuccess(contentType, VALID).violations).toEqual([
      { where: "markMessagesAsRead 200, content type", expected, got: contentType ?? "none" },
    ]);
  });

  test("the body is judged, too, if only its content type is invalid", () => {
    const { violations } = judgeSuccess("text/html", "{}");
    expect(violations.map(({ where }) => where.split(", ")[1])).toEqual(["content type", "body"]);
  });

  test.each<[string, string | Uint8Array, string, string, string]>([
    ["nothing", "", "body", "must be JSON, and nothing else", "an empty body"],
    ["more than JSON", `${VALID}x`, "body", "must be JSON, and nothing else", `${VALID}x`],
    ["another encoding", Uint8Array.of(0x22, 0xe4, 0x22), "body", "must be UTF-8", '"\uFFFD"'],
    ["no field", "{}", "body", "must have required property 'messages_read_count'", "{}"],
    ["another type", '{"messages_read_count":"15"}', "body /messages_read_count", "must be integer", '"15"'],
    ["the same name twice", '{"a/b~":1,"a/b~":2}', "body /a~1b~0", "must be given once", "more than one"],
    [
      "an inexact member",
      '{"a":9007199254740993}',
      "body",
      "must have required property 'messages_read_count'",
      '{"a":"9007199254740993"}',
    ],
    [
      "an inexact count",
      '{"messages_read_count":15.0000000000000000001}',
      "body /messages_read_count",
      "must be integer and exact in 64-bit floating point",
      "15.0000000000000000001",
    ],
  ])("a body with %s is quoted", (_, body, part, expected, got) => {
    const where = `markMessagesAsRead 200, ${part}`;
    expect(judgeSuccess(JSON_TYPE, body).violations).toContainEqual({ where, expected, got });
  });
});

describe("whatever a body of 1 MiB holds, it is judged in linear time, and at most ten violations are listed:", () => {
  const MIB = 1024 * 1024;
  const list = (count: number, item: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => item(i)).join();
  test.each<[string, string]>([
    ["a number with a million zeros", `{"messages_read_count":1${"0".repeat(MIB - 50)}1}`],
    ["one name 170,000 times", `{${list(170_000, () => '"a":1')}}`],
    ["40,000 names twice", `{${list(40_000, (i) => `"a${i}":1,"a${i}":1`)}}`],
    ["80,000 levels with the same name twice", `${'{"a":1,"a":'.repeat(80_000)}1${"}".repeat(80_000)}`],
    ["500,000 levels", "[".repeat(MIB / 2) + "]".repeat(MIB / 2)],
    ["100,000 members", `{${list(100_000, (i) => `"${i * 37}":0`)}}`],
    ["340,000 objects", `[${list(340_000, () => "{}")}]`],
    ["a long name with members twice", `{"${"n".repeat(MIB / 2)}":{${list(20, (i) => `"${i}":1,"${i}":1`)}}}`],
    ["escapes only", `["${"\\n".repeat(MIB / 2 - 4)}"]`],
    ["no JSON", "<".repeat(MIB)],
  ])("%s", { timeout: 60_000 }, (_, body) => {
    const startedAt = process.cpuUsage();
    const { violations } = judgeSuccess(JSON_TYPE, body);
    expect(process.cpuUsage(startedAt).user).toBeLessThan(3_000_000); // Some 0.4 s at most, where nothing else runs.
    expect(violations.length).toBeGreaterThan(0);
    expect(violations.length).toBeLessThanOrEqual(10);
  });

  test("an error with as many invalid errors as the client reads; the rest is counted", { timeout: 60_000 }, () => {
    const body = `{"error":{"message":"m","code":9999,"errors":[${list(32_000, () => "0")}]}}`;
    const startedAt = process.cpuUsage();
    const { violations, furtherViolations } = judge(
      { operationId: "markMessagesAsRead", status: 404 },
      JSON_TYPE,
      body,
    );
    expect(process.cpuUsage(startedAt).user).toBeLessThan(3_000_000);
    expect([violations.length, furtherViolations > 1000]).toEqual([10, true]);
  });
});
