import { describe, expect, test } from "vitest";
import { spec } from "../../scripts/common/spec.js";
import { compileOperations } from "../../scripts/generate/operations.js";
import type { Operation, Parameter } from "../../scripts/common/spec-queries.js";

const parameter = (change: Partial<Parameter>): Parameter => ({
  name: "a",
  in: "query",
  required: false,
  description: "",
  schema: { type: "string" },
  examples: {},
  ...change,
});

test.each<[string, (put: Operation, copy: typeof spec) => void, string]>([
  [
    "two responses of one operation with an example of the same name",
    (put) => (put.responses["403"] = put.responses["401"]!),
    "two responses of markMessagesAsRead have an example named unauthorized; rename one of them under its response, its `$ref` may stay",
  ],
  [
    "a parameter in a cookie",
    (put) => put.parameters?.push(parameter({ in: "cookie" })),
    "mockFetch cannot check a parameter in cookie",
  ],
  [
    "a list as a parameter",
    (put) => put.parameters?.push(parameter({ schema: { type: "array" } })),
    "mockFetch cannot check the parameter a: its type is array",
  ],
  [
    "another kind of security",
    (_, copy) => (copy.components.securitySchemes.accessToken.scheme = "basic"),
    "mockFetch cannot check the security scheme accessToken: it is not an HTTP bearer token",
  ],
])("generate stops at %s, which mockFetch cannot check", (_, change, message) => {
  const copy = structuredClone(spec);
  const put = copy.paths["/v2/post_checkout/chat/{order_id}/messages"]?.["put"];
  if (put) change(put, copy);
  expect(() => compileOperations(copy)).toThrow(new Error(message));
});

test("a path parameter of two operations is declared once", () => {
  const copy = structuredClone(spec);
  const messages = copy.paths["/v2/post_checkout/chat/{order_id}/messages"]!["put"]!;
  const responses = { "204": { description: "" } };
  copy.paths["/v2/orders/{order_id}"] = { put: { ...messages, operationId: "other", responses } };
  expect(compileOperations(copy).declarations).toContain("readonly path: { readonly order_id?: string };");
});

describe("parameters are checked as the text that goes over the wire", () => {
  const types = {
    limit: { type: "integer", minimum: 1, maximum: 100 },
    ratio: { type: "number" },
    unread: { type: "boolean" },
    size: { type: "integer", enum: [10, 20] },
    order: { type: "string", enum: ["asc", "desc"] },
    text: { type: "string" },
  };

  test.each<[string, string | undefined]>([
    ["limit=1&ratio=-0.5&unread=false&size=20&order=desc&text=12", undefined],
    ["ratio=1e%2B21", undefined],
    ["limit=ten", "/query/limit must be integer"],
    ["limit=", "/query/limit must be integer"],
    ["limit=1.5", "/query/limit must be integer"],
    ["limit=101", "/query/limit must be <= 100"],
    ["ratio=true", "/query/ratio must be number"],
    ["unread=1", "/query/unread must be boolean"],
    ["size=30", "/query/size must be equal to one of the allowed values"],
    ["order=up", "/query/order must be equal to one of the allowed values"],
    ["other=1", "/query must NOT have additional properties"],
  ])("%s", async (search, problem) => {
    const copy = structuredClone(spec);
    const put = copy.paths["/v2/post_checkout/chat/{order_id}/messages"]!["put"]!;
    for (const [name, schema] of Object.entries(types)) put.parameters?.push(parameter({ name, schema }));
    const { code } = compileOperations(copy);
    const alone = code.replace(/^import .*$/m, "const validators = {};"); // Only requests are validated here.
    const { documentedOperations }: typeof import("../../generated/operations.js") = await import(
      `data:text/javascript,${encodeURIComponent(alone)}`
    );
    const { validateRequest: validate } = documentedOperations[0]!;
    validate({
      path: { order_id: "order-123" },
      header: { authorization: "Bearer a-token" },
      query: Object.fromEntries(new URLSearchParams(search)),
    });
    expect(validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual(
      problem && [problem],
    );
  });
});
