import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { spec, nameOf, documentedResponses } from "../../scripts/shared/spec.js";
import { corpora } from "../support/corpus.js";

test.each(corpora)(
  "each keyword of $schema is the only reason against one of the wrong bodies at least",
  ({ schema, wrong }) => {
    const idle = keywords(schema).filter((pointer) => {
      const ajv = new Ajv({ strict: false });
      ajv.addSchema({ $id: "api", components: { schemas: withoutNode(spec.components.schemas, pointer) } });
      const isNowRight = ajv.getSchema(`api#/components/schemas/${schema}`);
      return !wrong.some((body) => isNowRight?.(body) === true);
    });
    expect(idle).toEqual(schema === "ErrorResponse" ? REDUNDANT : []);
  },
);

// A constant is of its type already; the type stands there for the generators of code.
const REDUNDANT = ["/MultipleErrors/properties/error/properties/code/type"];

test("each success that the description promises a body for has right and wrong bodies; errors share theirs", () => {
  const successes = documentedResponses().filter(({ status, body }) => status < 400 && body !== undefined);
  const uncovered = successes.filter(
    ({ operationId, status }) =>
      !corpora.some((corpus) => corpus.operationId === operationId && corpus.status === status),
  );
  expect(uncovered.map(nameOf)).toEqual([]);
});

test("the keywords are this many", () => {
  expect(Object.fromEntries(corpora.map(({ schema }) => [schema, keywords(schema).length]))).toEqual({
    MessagesRead: 5,
    ErrorResponse: 23,
    AccessToken: 11,
  });
});

const CONSTRAINTS = [
  "type",
  "minimum",
  "maximum",
  "minLength",
  "minItems",
  "pattern",
  "const",
  "not",
  "anyOf",
  "enum",
  "items",
];
const KNOWN = [...CONSTRAINTS, "required", "properties", "description", "examples", "$ref"];

/** Where the constraints of a schema, and of those that it refers to, are: pointers into the schemas. */
function keywords(schema: string): string[] {
  const found = new Set<string>();
  const visit = (node: unknown, pointer: string): void => {
    if (typeof node !== "object" || node === null || found.has(pointer)) return;
    for (const [key, value] of Object.entries(node)) {
      if (!KNOWN.includes(key)) throw new Error(`${pointer}/${key} is a keyword that this test does not know`);
      if (CONSTRAINTS.includes(key)) found.add(`${pointer}/${key}`);
      if (key === "required") (value as string[]).forEach((_, index) => found.add(`${pointer}/required/${index}`));
      if (key === "$ref") visitSchema(String(value).slice("#/components/schemas/".length));
      if (key === "properties")
        for (const [name, property] of Object.entries(value as object))
          visit(property, `${pointer}/properties/${name}`);
      if (key === "items") visit(value, `${pointer}/items`);
      if (key === "anyOf") (value as unknown[]).forEach((branch, index) => visit(branch, `${pointer}/anyOf/${index}`));
    }
  };
  const visitSchema = (name: string) => visit(spec.components.schemas[name], `/${name}`);
  visitSchema(schema);
  return [...found].sort();
}

/** A copy of the schemas without what stands at a pointer. */
function withoutNode(schemas: unknown, pointer: string): object {
  const copy = structuredClone(schemas) as Record<string, unknown>;
  const steps = pointer.split("/").slice(1);
  const last = steps.pop() ?? "";
  const parent = steps.reduce<unknown>((node, step) => Reflect.get(node as object, step), copy);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent as object, last);
  return copy;
}
