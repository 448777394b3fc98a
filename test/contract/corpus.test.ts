import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { validateAccessToken, validateErrorResponse, validateMessagesRead } from "../../generated/validators.js";
import { description } from "../../scripts/description.js";
import { createChatClient } from "../../src/index.js";
import { createTokenProvider } from "../../src/oauth.js";
import { corpora, type Corpus } from "../support/corpus.js";

const validators = {
  MessagesRead: validateMessagesRead,
  ErrorResponse: validateErrorResponse,
  AccessToken: validateAccessToken,
};

describe.each(corpora)("$operationId $status, $schema", (corpus) => {
  const { schema, good, wrong } = corpus;
  const dialects = [Ajv, Ajv2020].map((Validator) => {
    const ajv = new Validator({ strict: true }).addVocabulary(["components"]);
    ajv.addSchema({ $id: "api", components: description.components });
    return ajv.getSchema(`api#/components/schemas/${schema}`);
  });
  const fits = (body: unknown): boolean => validators[schema](body);
  const bodies = [...good.map((body) => ({ body, isGood: true })), ...wrong.map((body) => ({ body, isGood: false }))];

  test.each(bodies)("$body is right: $isGood, say the generated validator and both dialects of JSON Schema", (item) => {
    const verdicts = dialects.map((validate) => validate?.(item.body));
    expect([fits(item.body), ...verdicts]).toEqual([item.isGood, item.isGood, item.isGood]);
  });

  test.each(bodies)("$body is right: $isGood, says the client, which is lenient with errors", async (item) => {
    const { name } = await read(corpus, item.body);
    if (corpus.status !== 200) expect(name).toBe("ApiError");
    else expect(name).toBe(item.isGood ? "success" : "InvalidResponseError");
  });

  test("each keyword of the schema is the only reason against one of the wrong bodies at least", () => {
    const idle = keywords(schema).filter((pointer) => {
      const ajv = new Ajv({ strict: false });
      ajv.addSchema({ $id: "api", components: { schemas: withoutNode(description.components.schemas, pointer) } });
      const isNowRight = ajv.getSchema(`api#/components/schemas/${schema}`);
      return !wrong.some((body) => isNowRight?.(body) === true);
    });
    expect(idle).toEqual(schema === "ErrorResponse" ? REDUNDANT : []);
  });
});

// A constant is of its type already; the type stands there for the generators of code.
const REDUNDANT = ["/MultipleErrors/properties/error/properties/code/type"];

test("the keywords are this many", () => {
  expect(Object.fromEntries(corpora.map(({ schema }) => [schema, keywords(schema).length]))).toEqual({
    MessagesRead: 5,
    ErrorResponse: 23,
    AccessToken: 12,
  });
});

const CONSTRAINTS = ["type", "minimum", "maximum", "minLength", "minItems", "const", "not", "anyOf", "enum", "items"];
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
  const visitSchema = (name: string) => visit(description.components.schemas[name], `/${name}`);
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

/** What the client makes of a body. */
async function read({ operationId, status }: Corpus, body: unknown): Promise<{ name: string }> {
  const fetch = async () => Response.json(body, { status });
  const call =
    operationId === "markMessagesAsRead"
      ? createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123")
      : createTokenProvider({ clientId: "a", clientSecret: "b", fetch }).forClient()();
  return call.then(
    () => ({ name: "success" }),
    (error: Error) => (error.name === "AccessTokenError" ? (error.cause as Error) : error),
  );
}
