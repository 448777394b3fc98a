import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { spec, documentedResponses } from "../../scripts/shared/spec.js";

const schemas = Object.keys(spec.components.schemas).map((name) => `/components/schemas/${name}`);
const parameters = Object.keys(spec.components.parameters).map((name) => `/components/parameters/${name}/schema`);

// Where Prism cannot compile a schema, it checks nothing and says nothing.
describe.each([
  ["2020-12, the dialect of OpenAPI 3.1", Ajv2020],
  ["draft-07, the dialect of the mock", Ajv],
])("in strict mode with JSON Schema %s", (_, Validator) => {
  const ajv = new Validator({ strict: true });
  ajv.addVocabulary(["components"]);
  ajv.addSchema({ $id: "api", components: spec.components });

  test.each([...schemas, ...parameters])("%s compiles", (pointer) => {
    expect(ajv.getSchema(`api#${pointer}`)).toBeTypeOf("function");
  });
});

test("every documented response body matches exactly one response schema", () => {
  const kinds = (body: unknown) =>
    ["MessagesRead", "AccessToken", "SingleError", "MultipleErrors"].filter((name) => fits(name, body));
  const found = documentedResponses()
    .filter(({ body }) => body !== undefined)
    .map(({ example, body }) => [example, ...kinds(body)]);
  expect(Object.fromEntries(found.map(([name, ...rest]) => [name, rest]))).toEqual({
    messagesRead: ["MessagesRead"],
    noUnreadMessages: ["MessagesRead"],
    userIdNotFound: ["SingleError"],
    multipleErrors: ["MultipleErrors"],
    unauthorized: ["SingleError"],
    forbidden: ["SingleError"],
    orderNotFound: ["SingleError"],
    requestTimeout: ["SingleError"],
    tooManyRequests: ["SingleError"],
    accessToken: ["AccessToken"],
    accessTokenWithoutScope: ["AccessToken"],
  });
});

// Response bodies have their own corpus.
const ajv = new Ajv2020({ strict: false }).addSchema({ $id: "api", components: spec.components });
const fits = (schema: string, body: unknown) => ajv.validate(`api#/components/schemas/${schema}`, body);
const CREDENTIALS = { grant_type: "client_credentials", client_id: "a", client_secret: "b", scope: "c" };
const ASSERTION = { ...CREDENTIALS, grant_type: "fulfillment_user_assertion", assertion: "d" };

const without = (body: object, name: string) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));

test.each<[string, string, unknown, boolean]>([
  ["AccessTokenRequest", "client credentials", CREDENTIALS, true],
  ["AccessTokenRequest", "an assertion", ASSERTION, true],
  ["AccessTokenRequest", "another grant", { ...CREDENTIALS, grant_type: "password" }, false],
  ["AccessTokenRequest", "no assertion", without(ASSERTION, "assertion"), false],
  ["AccessTokenRequest", "an empty assertion", { ...ASSERTION, assertion: "" }, false],
  ...Object.keys(CREDENTIALS).flatMap((name): [string, string, unknown, boolean][] => [
    ["AccessTokenRequest", `client credentials without ${name}`, without(CREDENTIALS, name), false],
    ["AccessTokenRequest", `client credentials with an empty ${name}`, { ...CREDENTIALS, [name]: "" }, false],
    ["AccessTokenRequest", `an assertion without ${name}`, without(ASSERTION, name), false],
  ]),
  ["FulfillmentUserAssertionGrant", "another grant", { ...ASSERTION, grant_type: "client_credentials" }, false],
  ["ClientCredentialsGrant", "another grant", { ...CREDENTIALS, grant_type: "password" }, false],
  ["FulfillmentUserAssertionGrant", "an unknown field", { ...ASSERTION, new: 1 }, true],
  ["ClientCredentialsGrant", "an unknown field", { ...CREDENTIALS, new: 1 }, true],
  ...["client_id", "client_secret", "scope"].flatMap((name): [string, string, unknown, boolean][] => [
    ["FulfillmentUserAssertionGrant", `a number as ${name}`, { ...ASSERTION, [name]: 5 }, false],
    ["ClientCredentialsGrant", `a number as ${name}`, { ...CREDENTIALS, [name]: 5 }, false],
  ]),
  ["Locale", "a documented language", "fr-CA", true],
  ["Locale", "another language", "de-DE", false],
])("%s with %s: %j is valid: %s", (schema, _, body, expected) => {
  expect(fits(schema, body)).toBe(expected);
});
