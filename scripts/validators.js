// Compiles schemas of the description to plain functions that need no library at run time.
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { componentName, operationsOf, resolveIn } from "./walk.js";

/** @typedef {import("./walk.js").Description} Description */

/**
 * @param {Description} description
 * @returns {{ code: string, declarations: string }} an ES module and its declarations
 */
export function compileValidators(description) {
  const names = responseSchemas(description);
  const exports = Object.fromEntries(names.map((name) => [`validate${name}`, `components/schemas/${name}`]));
  return { code: compileSchemas(description, exports), declarations: declare(names) };
}

/**
 * @param {Description} description
 * @param {Record<string, string>} exports by the name of the function, where its schema is
 * @param {Record<string, object>} requests further schemas, which can refer to those of the description
 * @returns {string} an ES module
 */
export function compileSchemas(description, exports, requests = {}) {
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
  ajv.addVocabulary(["components", "requests"]);
  const schemas = withoutAnnotations({ components: { schemas: description.components.schemas }, requests });
  ajv.addSchema({ $id: "api", ...schemas });
  assertLengths(schemas);

  const pointers = Object.entries(exports).map(([name, place]) => [name, `api#/${place}`]);
  const code = standalone.default(ajv, Object.fromEntries(pointers)).replace(/^"use strict";\s*/, "");
  return shortened(withoutDetails(code));
}

/**
 * Of a problem, only where it is and what it is are of use; and no schema refers to data outside of its value.
 *
 * @param {string} code as Ajv writes it
 */
function withoutDetails(code) {
  return code
    .replace(/schemaPath:.*?,(?=message:)/g, "")
    .replace(/, ?parentData\b[^}]*/g, "")
    .replaceAll("instancePath", "path");
}

/**
 * Says the same in less code. Of a number Ajv asks in many words, and where it has found one, whether it is `NaN`. It
 * keeps count of the problems, which only alternatives need (`anyOf` and `not`), and what refers to another schema.
 *
 * @param {string} code as Ajv writes it
 */
function shortened(code) {
  return code
    .replace(
      /\(\(typeof (\w+) == "number"\) && \(!\(\1 % 1\) && !isNaN\(\1\)\)\) && \(isFinite\(\1\)\)/g,
      "Number.isInteger($1)",
    )
    .replace(/\(typeof (\w+) == "number"\) && \(isFinite\(\1\)\)/g, "Number.isFinite($1)")
    .replace(/(\w+) ([<>]=?) ([\d.-]+) \|\| isNaN\(\1\)/g, "$1 $2 $3")
    .split(/^(?=function )/m)
    .map((part) => (/_errs|concat/.test(part) ? part : withoutCount(part)))
    .join("");
}

/** @param {string} code of a function that needs no count */
function withoutCount(code) {
  const shorter = code
    .replace("let vErrors = null;\nlet errors = 0;", "const errors = [];")
    .replace(
      /const (\w+) = (.*);\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}\nerrors\+\+;/g,
      "errors.push($2);",
    )
    .replace("errors = vErrors;\nreturn errors === 0;", "errors = errors;\nreturn errors.length === 0;");
  const [unknown] = /.*vErrors.*/.exec(shorter) ?? [];
  if (unknown) throw new Error(`the validators cannot be shortened: \`${unknown}\` is not known`);
  return shorter;
}

/**
 * The names of the schemas that describe response bodies.
 *
 * @param {Description} description
 */
function responseSchemas(description) {
  const names = new Set();
  for (const { method, path, responses } of operationsOf(description)) {
    for (const [status, response] of Object.entries(responses)) {
      for (const { schema } of Object.values(resolveIn(description, response).content ?? {})) {
        if (!schema.$ref) {
          const where = `${method} ${path}, status ${status}`;
          throw new Error(`${where}: name the schema under components/schemas, so that its validator has a name`);
        }
        names.add(componentName(schema));
      }
    }
  }
  return [...names].sort();
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
  readonly path: string;
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
