import { expect, test } from "vitest";
import { description } from "../../scripts/description.js";
import { describeOperations } from "../../scripts/operations.js";
import type { Operation, Parameter } from "../../scripts/walk.js";

const parameter = (change: Partial<Parameter>): Parameter => ({
  name: "a",
  in: "query",
  required: false,
  description: "",
  schema: { type: "string" },
  examples: {},
  ...change,
});

test.each<[string, (put: Operation, copy: typeof description) => void, string]>([
  [
    "an example that stands for two answers",
    (put) => (put.responses["403"] = put.responses["401"]!),
    "the example unauthorized stands for two answers; name one of them differently there, its `$ref` may stay",
  ],
  [
    "a parameter in a cookie",
    (put) => put.parameters?.push(parameter({ in: "cookie" })),
    "a parameter in cookie is more than a stand-in for the API can check",
  ],
  [
    "a list as a parameter",
    (put) => put.parameters?.push(parameter({ schema: { type: "array" } })),
    "a: a parameter of the type array is more than a stand-in for the API can check",
  ],
  [
    "another kind of security",
    (_, copy) => (copy.components.securitySchemes.accessToken.scheme = "basic"),
    "accessToken is of a kind of security that a stand-in for the API cannot check",
  ],
])("generate stops at %s, which the mock for tests would not do justice", (_, change, message) => {
  const copy = structuredClone(description);
  const put = copy.paths["/v2/post_checkout/chat/{order_id}/messages"]?.["put"];
  if (put) change(put, copy);
  expect(() => describeOperations(copy)).toThrow(new Error(message));
});

test("a parameter that two operations have in their paths is declared once", () => {
  const copy = structuredClone(description);
  const messages = copy.paths["/v2/post_checkout/chat/{order_id}/messages"]!["put"]!;
  const responses = { "204": { description: "" } };
  copy.paths["/v2/orders/{order_id}"] = { put: { ...messages, operationId: "other", responses } };
  expect(describeOperations(copy).declarations).toContain("readonly path: { readonly order_id?: string };");
});
