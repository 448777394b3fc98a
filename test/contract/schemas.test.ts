import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { validateAccessToken, validateErrorResponse, validateMessagesRead } from "../../generated/validators.js";
import { description, promisedAnswers } from "../support/description.js";

const schemas = Object.keys(description.components.schemas).map((name) => `/components/schemas/${name}`);
const parameters = Object.keys(description.components.parameters).map(
  (name) => `/components/parameters/${name}/schema`,
);

// Prism checks nothing, in silence, where it cannot compile a schema.
describe.each([
  ["2020-12, as OpenAPI 3.1 has it", Ajv2020],
  ["draft-07, as the mock has it", Ajv],
])("in strict mode and JSON Schema %s", (_, Validator) => {
  const ajv = new Validator({ strict: true });
  ajv.addVocabulary(["components"]);
  ajv.addSchema({ $id: "api", components: description.components });

  test.each([...schemas, ...parameters])("%s compiles", (pointer) => {
    expect(ajv.getSchema(`api#${pointer}`)).toBeTypeOf("function");
  });
});

test("every body that the description promises fits exactly one schema of its kind", () => {
  const kinds = (body: unknown) =>
    ["MessagesRead", "AccessToken", "SingleError", "MultipleErrors"].filter((name) => fits(name, body));
  const found = promisedAnswers()
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

const ajv = new Ajv2020({ strict: false }).addSchema({ $id: "api", components: description.components });
const fits = (schema: string, body: unknown) => ajv.validate(`api#/components/schemas/${schema}`, body);
const ONE = { error: { message: "m", code: 7 } };
const SEVERAL = { error: { message: "m", code: 9999, errors: [ONE] } };
const TOKEN = { access_token: "t", token_type: "Bearer", expires_in: 1, created_at: 0 };
const CREDENTIALS = { grant_type: "client_credentials", client_id: "a", client_secret: "b", scope: "c" };
const ASSERTION = { ...CREDENTIALS, grant_type: "fulfillment_user_assertion", assertion: "d" };

const without = (body: object, name: string) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));

test.each<[string, string, unknown, boolean]>([
  ["SingleError", "one error", ONE, true],
  [
    "SingleError",
    "an unknown field everywhere",
    { error: { ...ONE.error, new: 1 }, meta: { key: "k", new: 1 }, new: 1 },
    true,
  ],
  ["SingleError", "meta without key", { ...ONE, meta: {} }, true],
  ["SingleError", "meta in words", { ...ONE, meta: "k" }, false],
  ["SingleError", "a key that is a number", { ...ONE, meta: { key: 5 } }, false],
  ["SingleError", "the code of several errors", { error: { message: "m", code: 9999 } }, false],
  ["SingleError", "no code", { error: { message: "m" } }, false],
  ["SingleError", "a code in words", { error: { message: "m", code: "7" } }, false],
  ["SingleError", "a fraction as code", { error: { message: "m", code: 7.5 } }, false],
  ["SingleError", "no message", { error: { code: 7 } }, false],
  ["SingleError", "null as message", { error: { message: null, code: 7 } }, false],
  ["SingleError", "an error in words", { error: "m" }, false],
  ["SingleError", "nothing", {}, false],
  ["SingleError", "a list", [], false],
  ["MultipleErrors", "several errors", SEVERAL, true],
  [
    "MultipleErrors",
    "an unknown field everywhere",
    { error: { ...SEVERAL.error, errors: [{ ...ONE, new: 1 }], new: 1 }, new: 1 },
    true,
  ],
  ["MultipleErrors", "another code", { error: { ...SEVERAL.error, code: 7 } }, false],
  ["MultipleErrors", "no error in the list", { error: { ...SEVERAL.error, errors: [] } }, false],
  [
    "MultipleErrors",
    "an error without code in the list",
    { error: { ...SEVERAL.error, errors: [{ error: { message: "m" } }] } },
    false,
  ],
  ["MultipleErrors", "errors that are no list", { error: { ...SEVERAL.error, errors: ONE } }, false],
  ["MultipleErrors", "no list", { error: without(SEVERAL.error, "errors") }, false],
  ["MultipleErrors", "no code", { error: without(SEVERAL.error, "code") }, false],
  ["MultipleErrors", "no message", { error: without(SEVERAL.error, "message") }, false],
  ["MultipleErrors", "a message that is a number", { error: { ...SEVERAL.error, message: 5 } }, false],
  ["MultipleErrors", "an error in words", { error: "m" }, false],
  ["MultipleErrors", "nothing", {}, false],
  ["ErrorResponse", "one error", ONE, true],
  ["ErrorResponse", "several errors", SEVERAL, true],
  ["ErrorResponse", "neither", { error: { message: "m", code: 9999 } }, false],
  ["MessagesRead", "a count", { messages_read_count: 0 }, true],
  ["MessagesRead", "an unknown field", { messages_read_count: 1, new: 1 }, true],
  ["MessagesRead", "no count", {}, false],
  ["MessagesRead", "a negative count", { messages_read_count: -1 }, false],
  ["MessagesRead", "a fraction", { messages_read_count: 0.5 }, false],
  ["MessagesRead", "a count in words", { messages_read_count: "1" }, false],
  ["MessagesRead", "a count beyond 2^53 - 1", { messages_read_count: 2 ** 53 }, false],
  ["MessagesRead", "a list", [], false],
  ["AccessToken", "a token without scope", TOKEN, true],
  ["AccessToken", "a scope and an unknown field", { ...TOKEN, scope: "s", new: 1 }, true],
  ...Object.keys(TOKEN).map((name): [string, string, unknown, boolean] => [
    "AccessToken",
    `no ${name}`,
    without(TOKEN, name),
    false,
  ]),
  ["AccessToken", "an empty token", { ...TOKEN, access_token: "" }, false],
  ["AccessToken", "a token that is a number", { ...TOKEN, access_token: 5 }, false],
  ["AccessToken", "a type that is a number", { ...TOKEN, token_type: 5 }, false],
  ["AccessToken", "no life", { ...TOKEN, expires_in: 0 }, false],
  ["AccessToken", "a life in words", { ...TOKEN, expires_in: "1" }, false],
  ["AccessToken", "a date in words", { ...TOKEN, created_at: "now" }, false],
  ["AccessToken", "a scope that is a list", { ...TOKEN, scope: ["s"] }, false],
  ["AccessToken", "a list", [], false],
  ["AccessTokenRequest", "client credentials", CREDENTIALS, true],
  ["AccessTokenRequest", "an assertion", ASSERTION, true],
  ["AccessTokenRequest", "another grant", { ...CREDENTIALS, grant_type: "password" }, false],
  ["AccessTokenRequest", "an assertion that is missing", without(ASSERTION, "assertion"), false],
  ["AccessTokenRequest", "an empty assertion", { ...ASSERTION, assertion: "" }, false],
  ...Object.keys(CREDENTIALS).flatMap((name): [string, string, unknown, boolean][] => [
    ["AccessTokenRequest", `client credentials without ${name}`, without(CREDENTIALS, name), false],
    ["AccessTokenRequest", `client credentials with an empty ${name}`, { ...CREDENTIALS, [name]: "" }, false],
    ["AccessTokenRequest", `an assertion without ${name}`, without(ASSERTION, name), false],
  ]),
  ["Locale", "a documented language", "fr-CA", true],
  ["Locale", "another language", "de-DE", false],
])("%s with %s: %j fits: %s", (schema, _, body, expected) => {
  expect(fits(schema, body)).toBe(expected);
  const generated = {
    AccessToken: validateAccessToken,
    ErrorResponse: validateErrorResponse,
    MessagesRead: validateMessagesRead,
  };
  if (schema in generated) expect(generated[schema as keyof typeof generated](body)).toBe(expected);
});
