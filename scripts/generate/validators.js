// Compiles schemas of the spec to plain functions that need no library at run time.
import { _, Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { componentName, operationsOf, resolveIn } from "../common/spec-queries.js";

/** @typedef {import("../common/spec-queries.js").Spec} Spec */

/**
 * @param {Spec} spec
 * @returns {{ code: string, declarations: string }} an ES module and its declarations
 */
export function compileValidators(spec) {
  const names = [...new Set(documentedSchemas(spec).flatMap((name) => [name, ...alternativesOf(spec, name)]))].sort();
  const exports = Object.fromEntries(names.map((name) => [validatorOf(name), `components/schemas/${name}`]));
  return { code: compileSchemas(spec, exports), declarations: declare(names) };
}

/** The name of the function that checks values of a schema. @param {string} schema */
export function validatorOf(schema) {
  return `validate${schema}`;
}

/**
 * @param {Spec} spec
 * @param {Record<string, string>} exports by the name of the function, where its schema is
 * @param {Record<string, object>} requests further schemas, which can refer to those of the spec
 * @returns {string} an ES module
 */
export function compileSchemas(spec, exports, requests = {}) {
  // The lint rules keep the schemas to draft-07. Ajv's 2020-12 mode would only add bookkeeping for keywords that no schema
  // uses. `unicode: false` replaces a helper that is imported at run time by `length`; the two agree on whether a string is
  // empty, and `assertLengths` rejects other lengths.
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    unicode: false,
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(["components", "requests"]);
  ajv.addFormat("int64", true); // Which numbers are integers says the type.
  ajv.addKeyword({ keyword: "textOf", type: "string", schemaType: "object", code: checkValueOfText });
  const schemas = withoutAnnotations({ components: { schemas: spec.components.schemas }, requests });
  ajv.addSchema({ $id: "api", ...schemas });
  assertLengths(schemas);

  const pointers = Object.entries(exports).map(([name, place]) => [name, `api#/${place}`]);
  return standalone.default(ajv, Object.fromEntries(pointers)).replace(/^"use strict";\s*/, "");
}

/**
 * The code of the keyword `textOf`: checks the number or boolean that a text stands for, such as `"10"` or `"true"`.
 *
 * @param {import("ajv").KeywordCxt} context
 */
function checkValueOfText(context) {
  const { gen, data } = context;
  const value = gen.let("value", data);
  gen.try(
    () => gen.assign(value, _`JSON.parse(${data})`),
    () => {}, // It stays a text, which its schema rejects.
  );
  const valid = gen.name("valid");
  context.subschema({ keyword: "textOf", data: value, dataTypes: [] }, valid);
  context.ok(valid);
}

/**
 * The schema of each documented body of a response.
 *
 * @param {Spec} spec
 * @returns {string[]}
 */
function documentedSchemas(spec) {
  return operationsOf(spec).flatMap(({ method, path, responses }) =>
    Object.entries(responses).flatMap(([status, response]) =>
      Object.values(resolveIn(spec, response).content ?? {}).map(({ schema }) => {
        if (schema.$ref) return componentName(schema);
        const where = `${method} ${path}, status ${status}`;
        throw new Error(`${where}: name the schema under components/schemas, so that its validator has a name`);
      }),
    ),
  );
}

/**
 * The schemas that an `anyOf` chooses from, or else the schema itself.
 *
 * @param {Spec} spec
 * @param {string} name
 * @returns {string[]}
 */
export function alternativesOf(spec, name) {
  const { anyOf } = /** @type {{ anyOf?: import("../common/spec-queries.js").Reference[] }} */ (
    spec.components.schemas[name]
  );
  return anyOf?.every(({ $ref }) => $ref) ? anyOf.map(componentName) : [name];
}

/**
 * What a schema says to people only has no place in code.
 *
 * @param {unknown} schemas
 */
function withoutAnnotations(schemas) {
  const isAnnotation = (/** @type {string} */ key, /** @type {unknown} */ value) =>
    (["description", "example"].includes(key) && typeof value === "string") ||
    (key === "examples" && Array.isArray(value));
  return JSON.parse(JSON.stringify(schemas, (key, value) => (isAnnotation(key, value) ? undefined : value)));
}

/** @param {any} schema */
function assertLengths(schema) {
  for (const [key, value] of Object.entries(schema)) {
    if (key === "maxLength" || (key === "minLength" && value > 1))
      throw new Error(`the validators cannot check ${key}: ${value}; compile them with \`unicode: true\``);
    if (typeof value === "object" && value !== null) assertLengths(value);
  }
}

/** @param {string[]} names */
function declare(names) {
  return `import type { components } from "./api.js";

/** One way in which a value breaks its schema, as Ajv reports it. */
export interface ValidationProblem {
  /** Where: a JSON pointer into the value; empty for the value itself. */
  readonly instancePath: string;
  /** What is invalid there. */
  readonly message: string;
}

/** Tells whether a value fits its schema; if not, \`errors\` says why until the next call. */
export interface Validator<T> {
  (value: unknown): value is T;
  readonly errors: readonly ValidationProblem[] | null;
}

${names.map((name) => `export declare const ${validatorOf(name)}: Validator<components["schemas"]["${name}"]>;`).join("\n")}
`;
}
