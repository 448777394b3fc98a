import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { createChatClient } from "../../src/index.js";
import { operationsUnderTest } from "../support/operations.js";
import { documentedResponses, operations, parametersOf, resolve, spec, type Operation } from "../support/spec.js";
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

const CONNECT = "https://docs.instacart.com/connect/";

test("each operation links its page, and every other link into the documentation leads to one of its pages", () => {
  const pages = operations().map((operation) => [operation.operationId, operation.externalDocs.url] as const);
  expect(Object.fromEntries(pages)).toMatchObject({
    markMessagesAsRead: `${CONNECT}api/post_checkout/chat/mark_messages_as_read`,
    generateAccessToken: `${CONNECT}api/access_tokens`,
  });
  const links = JSON.stringify(spec).match(/https:\/\/docs\.[^)"\s]+/g);
  const own = pages.map(([, url]) => url);
  const others = [...new Set(links)].filter((link) => !own.includes(link));
  expect(others.map((link) => link.replace(CONNECT, "")).sort()).toEqual([
    "api",
    "api/error_and_status_codes",
    "api/fulfillment/changelog",
    "api/fulfillment/users/generate_linking_token",
    "api/localization",
    "api/permissions_scopes",
    "api/post_checkout/chat/get_chat_messages",
    "api/request_headers",
    "fulfillment_guide/concepts/multi-banner_retailer",
    "post-checkout_guide/concepts/chat",
    "post-checkout_guide/tutorials/get_an_access_token",
    "post-checkout_guide/tutorials/implement_chat",
  ]);
});

test("an example is marked as an illustration if and only if no page documents it", () => {
  const unmarked = Object.entries(spec.components.examples).filter(
    ([, { value: _, ...words }]) => !/illustration/.test(JSON.stringify(words)),
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

// Statements of the spec, by words of theirs, and whether a page makes them.
const places: Record<string, unknown> = {
  info: spec.info,
  ...Object.fromEntries(operations().map((operation) => [operation.operationId, operation])),
  ...spec.components.parameters,
  ...spec.components.schemas,
  ...spec.components.securitySchemes,
  clientCredentials: spec.components.examples["clientCredentials"],
};
test.each<[string, string, "documented" | "inferred"]>([
  ["info", "The shopper starts it", "documented"],
  ["info", "validate requests more strictly", "documented"],
  ["info", "accept error codes that are not listed", "inferred"],
  ["markMessagesAsRead", "Call it when the customer opens the chat", "documented"],
  ["markMessagesAsRead", "repeating the request is harmless", "inferred"],
  ["markMessagesAsRead", "remove this header", "inferred"],
  ["markMessagesAsRead", "missing, malformed or expired", "inferred"],
  ["OrderId", "Documented as required", "documented"],
  ["TreatIdsAsInternal", "own order id", "inferred"],
  ["AcceptLanguage", "RFC 7231: one language, or a list of languages with weights", "documented"],
  ["AcceptLanguage", "`en-CA`, the default for Canada", "documented"],
  ["RetailerId", "The slug of the retailer's banner", "documented"],
  ["generateAccessToken", "the customer's Connect user id", "documented"],
  ["generateAccessToken", "come from your Instacart representative", "documented"],
  ["generateAccessToken", "`invalid_client` means", "documented"],
  ["generateAccessToken", "the authorization code or the redirect URI is invalid", "documented"],
  ["generateAccessToken", "the assertion is invalid", "inferred"],
  ["accessToken", "from the grant `client_credentials`", "inferred"],
  ["AccessTokenRequest", "are documented as required", "documented"],
  ["FulfillmentUserAssertionGrant", "requires the `assertion`", "inferred"],
  ["ClientCredentialsGrant", "orders created with Fulfillment v3", "inferred"],
  ["ClientCredentialsGrant", "the scope can also be requested", "inferred"],
  ["clientCredentials", "can be used with this scope", "inferred"],
  ["Scope", "If omitted", "documented"],
  ["AccessToken", "are documented as required", "documented"],
  ["AccessToken", "number of seconds", "documented"],
  ["AccessToken", "as epoch time", "documented"],
  ["AccessToken", "in seconds since 1970", "inferred"],
  ["OAuthError", "`invalid_client` are documented", "documented"],
])("in %s, the statement with %j is %s, and marked accordingly", (place, words, source) => {
  const sentences = descriptionsIn(places[place]).flatMap((text) => text.split(/\n\n|(?<=[.)]) (?=[*A-Z])/));
  const found = sentences.filter((sentence) => sentence.includes(words));
  expect(found).toEqual([
    source === "inferred" ? expect.stringMatching(/\*\*inferred/i) : expect.not.stringMatching(/inferred/i),
  ]);
});

test.each([
  ["ClientCredentialsGrant", ["grant_type", "client_id", "client_secret"]],
  ["FulfillmentUserAssertionGrant", ["grant_type", "client_id", "client_secret", "assertion"]],
  ["AccessToken", ["access_token", "token_type", "expires_in", "created_at"]],
])("%s requires what is documented as required", (schema, required) => {
  expect(spec.components.schemas[schema]).toMatchObject({ required });
});

test("numbers are documented as numbers, and integers have 64 bits, but for the constant", () => {
  for (const name of ["expires_in", "created_at"])
    expect(propertyOf("AccessToken", name)).toMatchObject({ type: "number" });
  const integers = JSON.stringify(spec).match(/"type":"integer",("format":"int64"|"const":9999)/g);
  expect(integers).toHaveLength(JSON.stringify(spec).match(/"integer"/g)?.length ?? 0);
});

test("the token has its example by the older keyword too, which Mockoon reads", () => {
  for (const [name, example] of Object.entries({ access_token: "not-a-real-token", token_type: "Bearer" }))
    expect(propertyOf("AccessToken", name)).toMatchObject({ examples: [example], example });
});

test("multiple errors come before a single one, because some tools take the first form that fits", () => {
  expect(spec.components.schemas["ErrorResponse"]).toMatchObject({
    anyOf: ["MultipleErrors", "SingleError"].map((name) => ({ $ref: `#/components/schemas/${name}` })),
  });
});

test("the first examples of the parameters make one consistent request, with a placeholder as the banner", () => {
  const first = Object.values(spec.components.parameters).map(({ name, examples }) => [
    name,
    Object.values(examples)[0]?.value,
  ]);
  expect(Object.fromEntries(first)).toMatchObject({
    order_id: "order-123",
    "X-Treat-Ids-As-Internal": false,
    "Accept-Language": "en-US",
    "X-Retailer-Id": "<banner-slug>",
  });
  expect(spec.components.schemas["Locale"]).toMatchObject({ examples: ["en-US"] });
});

test("requests and successes have the same example names, by which tools pair them", () => {
  const { requestBody, responses } = operationOf("generateAccessToken");
  const [request, success] = [requestBody, resolve(responses["200"])].map((body) =>
    Object.keys(body?.content?.["application/json"]?.examples ?? {}),
  );
  expect(request).toEqual(success);
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

function descriptionsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === "description" && typeof child === "string" ? [child] : descriptionsIn(child),
  );
}

function operationOf(id: string): Operation {
  const operation = operations().find(({ operationId }) => operationId === id);
  if (!operation) throw new Error(`The spec has no operation ${id}`);
  return operation;
}

function propertyOf(schema: string, property: string): unknown {
  const { properties } = spec.components.schemas[schema] as { properties: Record<string, unknown> };
  return properties[property];
}
