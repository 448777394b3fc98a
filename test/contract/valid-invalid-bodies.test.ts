import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import * as generated from "../../generated/validators.js";
import { client } from "../support/client.js";
import { callOf, operationsUnderTest, validInvalidBodies } from "../support/operations.js";
import { apiOutcomeOf } from "../support/outcome.js";
import { requestSchemas, responseSchemas, spec } from "../support/spec.js";

const validators = generated as unknown as Record<string, (body: unknown) => boolean>; // By name, `validate…` each.
const schemas = Object.entries(validInvalidBodies).map(([schema, { valid, invalid }]) => ({
  schema,
  bodies: [
    ...valid.map((body) => ({ json: JSON.stringify(body), body, verdict: true })),
    ...invalid.map((body) => ({ json: JSON.stringify(body), body, verdict: false })),
  ],
  response: responseSchemas().find((response) => response.schema === schema),
}));

test("each documented body has a schema, with valid and invalid bodies to test it", () => {
  const names = [...responseSchemas(), ...requestSchemas()].map(({ schema }) => schema);
  expect(Object.keys(validInvalidBodies)).toEqual(expect.arrayContaining(names));
  for (const [schema, { valid, invalid }] of Object.entries(validInvalidBodies))
    expect([schema, valid.length > 0, invalid.length > 0]).toEqual([schema, true, true]);
});

describe.each(schemas)("$schema", ({ schema, bodies, response }) => {
  const verdicts = [Ajv, Ajv2020].map((Validator) => {
    const ajv = new Validator({ strict: true, formats: { int64: true } }).addVocabulary(["components", "example"]);
    ajv.addSchema({ $id: "api", components: spec.components });
    return ajv.getSchema(`api#/components/schemas/${schema}`);
  });

  test.each(bodies)("$json is valid: $verdict, in both dialects of JSON Schema", ({ body, verdict }) => {
    expect(verdicts.map((validate) => validate?.(body))).toEqual([verdict, verdict]);
  });

  if (!response) return;
  const { operationId, status } = response;

  test.each(bodies)("$json is valid: $verdict, according to the generated validator", ({ body, verdict }) => {
    expect(validators[`validate${schema}`]?.(body)).toBe(verdict);
  });

  if (status < 300 && operationsUnderTest[operationId]?.isLenient) return;
  test.each(bodies.filter(({ verdict }) => !verdict))(
    "the client rejects $json, unless it is an error body, which it accepts in any form",
    async ({ body }) => {
      const fetch = async () => Response.json(body, { status });
      const { error, thrown } = await apiOutcomeOf(client, callOf(operationId)(client, { fetch }));
      if (status < 300) expect(thrown).toMatchObject({ name: "InvalidResponseError" });
      else expect(error).toMatchObject({ status });
    },
  );
});
