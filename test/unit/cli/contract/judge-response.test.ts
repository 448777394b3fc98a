import { describe, expect, test } from "vitest";
import { documentedOperations } from "../../../../generated/operations.js";
import { claimsJson, judgeResponse, operationOf, statusesOf } from "../../../../src/cli/contract/judge-response.js";

const DOCUMENTED = documentedOperations.flatMap(({ operationId, method, path, responses }) =>
  responses.map(({ name, status, contentType, body }) => ({
    operationId,
    method,
    path,
    name,
    status,
    contentType,
    body,
  })),
);

const respond = (
  { method, path, status }: Pick<(typeof DOCUMENTED)[number], "method" | "path" | "status">,
  contentType: string | undefined,
  body: string,
) => ({
  method,
  url: `https://example.com${path.replace("{order_id}", "1")}`,
  status,
  headers: new Headers(contentType === undefined ? {} : { "Content-Type": contentType }),
  body: Buffer.from(body),
  complete: true,
});

describe.each(DOCUMENTED)("$operationId $name", (documented) => {
  const { operationId, contentType, body } = documented;
  const hasBody = contentType !== undefined;

  test("satisfies the contract as documented", () => {
    expect(judgeResponse(operationId, respond(documented, contentType, hasBody ? JSON.stringify(body) : ""))).toEqual(
      [],
    );
  });

  test("satisfies it with new fields", () => {
    const more = { ...(body as object), new: [{ field: 1.5 }] };
    expect(judgeResponse(operationId, respond(documented, contentType, hasBody ? JSON.stringify(more) : ""))).toEqual(
      [],
    );
  });

  test(hasBody ? "breaks it with another content type, and if it is not JSON" : "may have any body", () => {
    const findings = judgeResponse(operationId, respond(documented, "text/html", "<html>"));
    expect(findings.map(({ part, expected }) => [part, expected])).toEqual(
      hasBody ? [["content type", `must be ${contentType}`]] : [],
    );
  });

  test.runIf(hasBody)("breaks it if any required field is missing", () => {
    const findings = judgeResponse(operationId, respond(documented, contentType, "{}"));
    expect(findings).not.toEqual([]);
    for (const { expected } of findings) expect(expected).toMatch(/^must have required property '\w+'$/);
  });
});

test("no text is quoted from a body that may contain a token", () => {
  const token = DOCUMENTED.find(({ operationId }) => operationId === "generateAccessToken");
  if (!token) return expect.unreachable();
  const got = (body: string) =>
    judgeResponse("generateAccessToken", respond(token, token.contentType, body)).map((finding) => finding.got);
  expect(got("access_token=abc")).toEqual(["16 characters"]);
  expect(got('["abc"]')).toEqual(["an array of 1"]);
  expect(got('"abc"')).toEqual(["a string of 3 characters"]);
  expect(new Set(got('{"token":"abc"}'))).toEqual(new Set(["an object with token"]));
  expect(got('{"access_token":"abc","token_type":"Bearer","expires_in":"abc","created_at":null}')).toEqual([
    "a string of 3 characters",
    "null",
  ]);
});

describe("of a success,", () => {
  const success = DOCUMENTED.find(({ operationId, status }) => operationId === "markMessagesAsRead" && status === 200);
  const judge = (contentType: string | undefined, body: string | Uint8Array) => {
    if (!success) return expect.unreachable();
    return judgeResponse("markMessagesAsRead", { ...respond(success, contentType, ""), body: Buffer.from(body) });
  };
  const VALID = '{"messages_read_count":15}';
  const JSON_TYPE = "application/json";

  test.each([
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    "application/json;charset=UTF8",
    "application/json, application/json; charset=utf-8",
  ])("the content type %s is valid", (contentType) => {
    expect(judge(contentType, VALID)).toEqual([]);
  });

  test.each<[string | undefined, string]>([
    [undefined, "must be application/json"],
    ["text/json", "must be application/json"],
    ["json", "must be application/json"],
    ["application/json, text/html", "must be application/json"],
    ["application/json; charset=latin1", "must have the charset utf-8, or none"],
    ["application/json; charset=utf-8x", "must have the charset utf-8, or none"],
    ["application/json; charset=x-utf-8", "must have the charset utf-8, or none"],
    ["application/json; charset=utf-8, application/json; charset=latin1", "must have the charset utf-8, or none"],
  ])("the content type %s is not", (contentType, expected) => {
    expect(judge(contentType, VALID)).toEqual([{ part: "content type", expected, got: contentType ?? "none" }]);
  });

  test("the body is judged, too, if only its content type is invalid, but not if it is something else", () => {
    expect(judge("text/html", "{}").map(({ part }) => part)).toEqual(["content type", "body"]);
    expect(judge("text/html", "<p>").map(({ part }) => part)).toEqual(["content type"]);
  });

  test.each<[string, string | Uint8Array, string, string, string]>([
    ["nothing", "", "body", "must be JSON", "an empty body"],
    ["a page", "<p>", "body", "must be JSON, and nothing else", "<p>"],
    ["more than JSON", `${VALID}x`, "body", "must be JSON, and nothing else", `${VALID}x`],
    ["another encoding", Uint8Array.of(0x22, 0xe4, 0x22), "body", "must be UTF-8", '"\uFFFD"'],
    ["no field", "{}", "body", "must have required property 'messages_read_count'", "{}"],
    ["another type", '{"messages_read_count":"15"}', "body /messages_read_count", "must be integer", '"15"'],
    ["no object", "null", "body", "must be object", "null"],
    ["the same name twice", '{"a/b~":1,"a/b~":2}', "body /a~1b~0", "must be given once", "2"],
    [
      "no bottom",
      "[".repeat(100_000) + "]".repeat(100_000),
      "body",
      "must not be nested thousands of levels deep",
      "nothing",
    ],
    [
      "a number that 64 bits cannot hold",
      '{"messages_read_count":9007199254740993}',
      "body /messages_read_count",
      "must be integer and exact in 64-bit floating point",
      "9007199254740993",
    ],
  ])("a body with %s is quoted", (_, body, part, expected, got) => {
    expect(judge(JSON_TYPE, body)).toContainEqual({ part, expected, got });
  });
});

test("a body of a token response without members is outlined as such", () => {
  const token = DOCUMENTED.find(({ operationId }) => operationId === "generateAccessToken");
  if (!token) return expect.unreachable();
  const outline = (body: string) =>
    judgeResponse("generateAccessToken", respond(token, token.contentType, body)).map(({ got }) => got);
  expect(new Set(outline("{}"))).toEqual(new Set(["an object with no members"]));
  expect(new Set(outline('{"a":1,"b":2}'))).toEqual(new Set(["an object with a, b"]));
  expect(outline("5")).toEqual(["5"]);
});

test("a response claims to be the API's own with any JSON type", () => {
  const claims = (contentType?: string) =>
    claimsJson({ ...respond({ method: "PUT", path: "/", status: 503 }, contentType, "") });
  expect(["application/json", "application/problem+json", "text/html, application/json"].map(claims)).toEqual(
    Array(3).fill(true),
  );
  expect([undefined, "text/html", "application/jsonx", "nonsense"].map(claims)).toEqual(Array(4).fill(false));
});

test("a request belongs to the operation with its method and the end of its path", () => {
  for (const { operationId, method, path } of documentedOperations) {
    const url = `https://example.com/base${path.replaceAll(/\{\w+\}/g, "an%20id")}`;
    expect(operationOf({ method, url: `${url}?a=b` })).toBe(operationId);
    expect(operationOf({ method: "DELETE", url })).toBeUndefined();
    expect(operationOf({ method, url: `${url}/more` })).toBeUndefined();
  }
  expect(operationOf({ method: "PUT", url: "https://example.com/v2/post_checkout/chat//messages" })).toBeUndefined();
});

test("the statuses of an operation are the documented ones, each once; another operation has none", () => {
  for (const { operationId, responses } of documentedOperations)
    expect(statusesOf(operationId)).toEqual([...new Set(responses.map(({ status }) => status))]);
  expect(statusesOf("another")).toEqual([]);
  expect(judgeResponse("another", respond({ method: "PUT", path: "/", status: 200 }, undefined, "x"))).toEqual([]);
});
