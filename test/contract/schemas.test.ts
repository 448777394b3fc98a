import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { documentedResponses, nameOf, responseSchemas, spec } from "../support/spec.js";

const schemas = Object.keys(spec.components.schemas).map((name) => `/components/schemas/${name}`);
const parameters = Object.keys(spec.components.parameters).map((name) => `/components/parameters/${name}/schema`);

// Where Prism cannot compile a schema, it checks nothing and says nothing.
describe.each([
  ["2020-12, the dialect of OpenAPI 3.1", Ajv2020],
  ["draft-07, the dialect of the mock", Ajv],
])("in strict mode with JSON Schema %s", (_, Validator) => {
  const ajv = new Validator({ strict: true, formats: { int64: true } });
  ajv.addVocabulary(["components", "example"]);
  ajv.addSchema({ $id: "api", components: spec.components });

  test.each([...schemas, ...parameters])("%s compiles", (pointer) => {
    expect(ajv.getSchema(`api#${pointer}`)).toBeTypeOf("function");
  });
});

const ajv = new Ajv2020({ strict: false, formats: { int64: true } });

test.each(
  documentedResponses()
    .filter(({ body }) => body !== undefined)
    .map((response) => [nameOf(response), response] as const),
)("%s matches exactly one of the forms that its schema allows", (_, { operationId, status, body }) => {
  const documented = responseSchemas().find((one) => one.operationId === operationId && one.status === status);
  const schema = spec.components.schemas[documented?.schema ?? ""] ?? {};
  const forms = "anyOf" in schema ? (schema.anyOf as object[]) : [schema];
  expect(forms.filter((form) => ajv.validate({ components: spec.components, ...form }, body))).toHaveLength(1);
});
