import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { validateErrorResponse } from "../../generated/validators.js";
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
  const ajv = new Ajv2020({ strict: false }).addSchema({ $id: "api", components: description.components });
  const fits = (body: unknown) =>
    ["MessagesRead", "AccessToken", "SingleError", "MultipleErrors"].filter((name) =>
      ajv.validate(`api#/components/schemas/${name}`, body),
    );
  const found = promisedAnswers()
    .filter(({ body }) => body !== undefined)
    .map(({ example, body }) => [example, ...fits(body)]);
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

test.each<[string, unknown, boolean]>([
  [
    "unknown fields and an unknown code",
    { error: { message: "m", code: 7, new: 1 }, meta: { key: "k", new: 1 }, new: 1 },
    true,
  ],
  [
    "several errors with unknown fields",
    { error: { message: "m", code: 9999, errors: [{ error: { message: "m", code: 7 } }], new: 1 } },
    true,
  ],
  ["code 9999 without errors", { error: { message: "m", code: 9999 } }, false],
  ["no error in a list of errors", { error: { message: "m", code: 9999, errors: [] } }, false],
  [
    "several errors under another code",
    { error: { message: "m", code: 4000, errors: [{ error: { message: "m" } }] } },
    true,
  ],
  ["no code", { error: { message: "m" } }, false],
  ["no message", { error: { code: 4000 } }, false],
  ["a code in words", { error: { message: "m", code: "4000" } }, false],
  ["an error in words", { error: "m" }, false],
  ["meta in words", { error: { message: "m", code: 4000 }, meta: "k" }, false],
  ["nothing", {}, false],
])("an error body with %s: %j fits the schema: %s", (_, body, fits) => {
  expect(validateErrorResponse(body)).toBe(fits);
});
