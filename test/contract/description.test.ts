import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/shared/paths.js";
import { createChatClient } from "../../src/index.js";
import { spec, operations, resolve, type Parameter } from "../../scripts/shared/spec.js";
import { stubFetch } from "../support/stub-fetch.js";

// Documented facts that neither the mock nor the types check.

test("the servers are the documented ones, and the client uses the production server by default", async () => {
  expect(spec.servers.map(({ url }) => url)).toEqual([
    "https://connect.instacart.com",
    "https://connect.dev.instacart.tools",
  ]);
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a");
  expect(requests.map(({ url }) => new URL(url).origin)).toEqual([spec.servers[0]?.url]);
});

test("the operations have the documented methods, paths, parameters, bodies and security", () => {
  const paths = Object.entries(spec.paths).map(([path, item]) => [path, Object.keys(item)]);
  expect(Object.fromEntries(paths)).toEqual({
    "/v2/post_checkout/chat/{order_id}/messages": ["put"],
    "/v2/oauth/token": ["post"],
  });
  const found = operations().map(({ operationId, parameters = [], requestBody, security = spec.security }) => [
    operationId,
    parameters.map((parameter) => {
      const { name, in: place, required, schema } = resolve<Parameter>(parameter);
      return [place, name, required, schema];
    }),
    requestBody?.required,
    security,
  ]);
  const locale = {
    anyOf: [{ $ref: "#/components/schemas/Locale" }, { type: "string", description: expect.any(String) }],
  };
  expect(found).toEqual([
    [
      "markMessagesAsRead",
      [
        ["path", "order_id", true, { type: "string", minLength: 1 }],
        ["header", "X-Treat-Ids-As-Internal", false, { type: "boolean" }],
        ["header", "Accept-Language", false, locale],
        ["header", "X-Retailer-Id", false, { type: "string", minLength: 1 }],
      ],
      undefined,
      [{ accessToken: [] }],
    ],
    ["generateAccessToken", [], true, []],
  ]);
  expect(spec.components.securitySchemes.accessToken).toMatchObject({ type: "http", scheme: "bearer" });
});

test("each optional header of the client is a parameter of the spec, and vice versa", async () => {
  const { fetch, requests } = stubFetch();
  const chat = createChatClient({ accessToken: "t", fetch });
  await chat.markMessagesAsRead("a", { treatIdsAsInternal: true, retailerId: "b", locale: "fr-CA" });
  const declared = Object.values(spec.components.parameters).filter((parameter) => parameter.in === "header");
  expect(Object.keys(requests[0]?.headers ?? {}).sort()).toEqual(
    ["accept", "authorization", "content-type", ...declared.map(({ name }) => name.toLowerCase())].sort(),
  );
});

test("exactly the examples that no page documents are marked as an illustration", () => {
  const marked = Object.entries(spec.components.examples).filter(([, example]) =>
    JSON.stringify(example).includes("**illustration**"),
  );
  expect(marked.map(([name]) => name).sort()).toEqual(
    [
      "accessToken",
      "accessTokenWithoutScope",
      "clientCredentials",
      "forbidden",
      "fulfillmentUserAssertion",
      "multipleErrors",
      "requestTimeout",
      "tooManyRequests",
      "unauthorized",
    ].sort(),
  );
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

test("what the spec says about the chat and its customer is marked as inferred, since no page says it", () => {
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

test("the examples contain the bodies that the documentation shows", () => {
  const shown = Object.entries(spec.components.examples).map(([name, { value }]) => [name, value]);
  const token = { access_token: "not-a-real-token", token_type: "Bearer", expires_in: 86400, created_at: 1603897760 };
  expect(Object.fromEntries(shown)).toMatchObject({
    messagesRead: { messages_read_count: 15 },
    userIdNotFound: { error: { message: "User ID not found", code: 4001 } },
    orderNotFound: { error: { message: "Resource not found", code: 4000 } },
    multipleErrors: {
      error: {
        message: "There were issues with your request",
        code: 9999,
        errors: [{ error: { message: "can't be blank", code: 1001 }, meta: { key: "order.service_option_id" } }],
      },
    },
    accessToken: { ...token, scope: "connect:post_checkout" },
    accessTokenWithoutScope: token,
  });
  const { SingleError } = spec.components.schemas;
  expect(SingleError).toMatchObject({
    examples: [{ error: { message: "User not found", code: 1001 }, meta: { key: "user_id" } }],
  });
});

test("each parameter has an example, and so has the locale", () => {
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

function propertyOf(schema: string, property: string): unknown {
  const { properties } = spec.components.schemas[schema] as { properties: Record<string, unknown> };
  return properties[property];
}
