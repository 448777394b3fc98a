import { describe, expect, test } from "vitest";
import { documentedOperations } from "../../../../generated/operations.js";
import { judgeResponse } from "../../../../src/cli/contract/judge-response.js";

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
  token: undefined,
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
