// Compiles the schemas of the description's response bodies to plain functions that need no library at run time.
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";

/** @typedef {{ $ref: string }} Reference */
/** @typedef {{ content?: Record<string, { schema: Reference }> }} Response */
/** @typedef {{ paths: Record<string, Record<string, { responses: Record<string, Response | Reference> }>>, components: Record<string, Record<string, any>> }} Description */

/**
 * @param {Description} description
 * @returns {{ code: string, declarations: string }} an ES module and its declarations
 */
export function compileValidators(description) {
  const names = responseSchemas(description);
  // Draft-07 is what the lint rules keep the schemas to. Ajv's 2020-12 mode would only add book-keeping for keywords
  // that no schema here uses. `unicode: false` replaces a helper function by `length`; the two agree on emptiness,
  // and lengths other than 1 are refused below.
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    unicode: false,
    logger: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(["components"]);
  const schemas = withoutAnnotations(description.components["schemas"]);
  ajv.addSchema({ $id: "api", components: { schemas } });
  assertLengths(schemas);

  const exports = Object.fromEntries(names.map((name) => [`validate${name}`, `api#/components/schemas/${name}`]));
  return { code: standalone.default(ajv, exports).replace(/^"use strict";\s*/, ""), declarations: declare(names) };
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * The names of the schemas that describe response bodies.
 *
 * @param {Description} description
 */
function responseSchemas({ paths, components }) {
  const names = new Set();
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item).filter(([key]) => METHODS.includes(key))) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const { content = {} } = "$ref" in response ? components["responses"]?.[nameOf(response)] : response;
        for (const { schema } of Object.values(content)) {
          if (!schema.$ref) {
            const where = `${method.toUpperCase()} ${path}, status ${status}`;
            throw new Error(`${where}: name the schema under components/schemas, so that its validator has a name`);
          }
          names.add(nameOf(schema));
        }
      }
    }
  }
  return [...names].sort();
}

/** @param {Reference} reference */
function nameOf({ $ref }) {
  return $ref.slice($ref.lastIndexOf("/") + 1);
}

/**
 * What a schema says to people only has no place in code.
 *
 * @param {unknown} schemas
 */
function withoutAnnotations(schemas) {
  const isAnnotation = (/** @type {string} */ key, /** @type {unknown} */ value) =>
    (key === "description" && typeof value === "string") || (key === "examples" && Array.isArray(value));
  return JSON.parse(JSON.stringify(schemas, (key, value) => (isAnnotation(key, value) ? undefined : value)));
}

/** @param {any} schema */
function assertLengths(schema) {
  for (const [key, value] of Object.entries(schema)) {
    if (key === "maxLength" || (key === "minLength" && value > 1))
      throw new Error(`the validators cannot tell ${key}: ${value}; compile them with \`unicode: true\``);
    if (typeof value === "object" && value !== null) assertLengths(value);
  }
}

/** @param {string[]} names */
function declare(names) {
  return `import type { components } from "./api.js";

/** One way in which a value breaks its schema. */
export interface ValidationProblem {
  /** Where: a JSON pointer into the value; empty for the value itself. */
  readonly instancePath: string;
  /** What is wrong there. */
  readonly message: string;
}

/** Tells whether a value fits its schema; if not, \`errors\` says why until the next call. */
export interface Validator<T> {
  (value: unknown): value is T;
  readonly errors: readonly ValidationProblem[] | null;
}

${names.map((name) => `export declare const validate${name}: Validator<components["schemas"]["${name}"]>;`).join("\n")}
`;
}
