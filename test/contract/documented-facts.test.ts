import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { createChatClient } from "../../src/index.js";
import { operationsUnderTest } from "../support/operations.js";
import { documentedResponses, operations, parametersOf, spec } from "../support/spec.js";
import { stubFetch } from "../support/stub-fetch.js";

// Documented facts that neither the mock nor the types check.

test("the spec lists the documented servers, and the client uses the production server by default", async () => {
  expect(spec.servers.map(({ url }) => url)).toEqual([
    "https://connect.instacart.com",
    "https://connect.dev.instacart.tools",
  ]);
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a");
  expect(requests.map(({ url }) => new URL(url).origin)).toEqual([spec.servers[0]?.url]);
});

test.each(operations())("$operationId matches its documentation", (operation) => {
  const { operationId, method, path, requestBody, security = spec.security } = operation;
  const parameters = parametersOf(operation).map(({ name, in: place, required, schema }) => ({
    ...{ in: place, name, required },
    schema: withoutDescriptions(schema),
  }));
  const responses: Record<string, Record<string, unknown>> = {};
  for (const { status, example, body, ...response } of documentedResponses()) {
    if (response.operationId !== operationId) continue;
    responses[status] = { ...responses[status], ...(example && { [example]: body }) };
  }
  const found = { method, path, parameters, isBodyRequired: requestBody?.required, security, responses };
  expect(found).toEqual(operationsUnderTest[operationId]?.documented);
});

test("the access token is a bearer token", () => {
  expect(spec.components.securitySchemes.accessToken).toMatchObject({ type: "http", scheme: "bearer" });
});

test("an example is marked as an illustration if and only if no page documents it", () => {
  const unmarked = Object.entries(spec.components.examples).filter(
    ([, example]) => !JSON.stringify(example).includes("**illustration**"),
  );
  expect(unmarked.map(([name]) => name)).toEqual([
    "messagesRead",
    "noUnreadMessages",
    "userIdNotFound",
    "orderNotFound",
  ]);
});

test.each<[string, unknown]>([
  ["a client id", spec.components.schemas["ClientId"]],
  ["a client secret", spec.components.schemas["ClientSecret"]],
  ["an assertion", propertyOf("FulfillmentUserAssertionGrant", "assertion")],
  ["an access token", propertyOf("AccessToken", "access_token")],
])("the made-up example of %s is marked as an illustration", (_, schema) => {
  expect(schema).toMatchObject({
    description: expect.stringContaining("**illustration**"),
    examples: [expect.any(String)],
  });
});

test("statements about the chat and the customer are marked as inferred, because no page makes them", () => {
  const { info, tags } = spec as typeof spec & { tags: { description: string }[] };
  const texts = [info, ...tags].map((part) => part.description);
  const found = texts.flatMap((text) => text.split("\n\n")).filter((text) => /\b(customer|a chat)\b/.test(text));
  expect(found).toHaveLength(2);
  for (const text of found) expect(text).toContain("**Inferred**");
});

test("every operation documents 500 and 503 without a body", () => {
  for (const { responses } of operations()) {
    expect(responses["500"]).toEqual({ $ref: "#/components/responses/InternalServerError" });
    expect(responses["503"]).toEqual({ $ref: "#/components/responses/ServiceUnavailable" });
  }
});

test("the example of a single error is the documented one", () => {
  expect(spec.components.schemas.SingleError).toMatchObject({
    examples: [{ error: { message: "User not found", code: 1001 }, meta: { key: "user_id" } }],
  });
});

test("each parameter and the locale have an example", () => {
  for (const [name, parameter] of Object.entries(spec.components.parameters))
    expect(Object.keys(parameter), name).toContain("examples");
  expect(spec.components.schemas["Locale"]).toMatchObject({ examples: ["fr-CA"] });
});

test("the spec is written in OpenAPI 3.1.0", () => {
  expect(spec.openapi).toBe("3.1.0");
});

test("the spec has the version of the package", async () => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(spec.info.version).toBe(version);
});

function withoutDescriptions(schema: object): unknown {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === "description" ? undefined : value)));
}

function propertyOf(schema: string, property: string): unknown {
  const { properties } = spec.components.schemas[schema] as { properties: Record<string, unknown> };
  return properties[property];
}
