// The mutants of the spec: each node is removed, and altered in every way that changes its meaning.
import { isDeepStrictEqual } from "node:util";

/** @typedef {{ name: string, document: any }} Mutant */
/** @typedef {(parent: any, key: string | number) => void} Change */

// What is for people only.
const FOR_PEOPLE = [
  ...["description", "summary", "title", "contact", "license", "tags", "externalDocs", "example", "x-codeSamples"],
];

const OTHER_TYPE = { string: "integer", integer: "string", boolean: "string", object: "array", array: "object" };
const OTHER_PLACE = { path: "query", header: "query" };

/**
 * @param {any} document
 * @returns {Mutant[]}
 */
export function mutantsOf(document) {
  /** @type {Mutant[]} */
  const mutants = [];
  const add = (/** @type {string[]} */ path, /** @type {string} */ what, /** @type {Change} */ change) => {
    const copy = structuredClone(document);
    const parent = path.slice(0, -1).reduce((node, step) => node[step], copy);
    const last = path.at(-1) ?? "";
    change(parent, Array.isArray(parent) ? Number(last) : last);
    if (!isDeepStrictEqual(copy, document)) mutants.push({ name: `${what} ${pointer(path)}`, document: copy });
  };
  visit(document, []);
  return mutants;

  /**
   * @param {any} node
   * @param {string[]} path
   */
  function visit(node, path) {
    for (const [key, value] of Object.entries(node)) {
      const here = [...path, key];
      if (isForPeople(key, here)) continue;
      add(here, "remove", remove);
      for (const [what, other] of alternatives(key, value, here, document)) add(here, what, set(other));
      if (isNamed(path)) add(here, "rename", rename(otherName(key, path)));
      if (key === "anyOf") add(here, "demand all of", rename("allOf"));
      if (isObject(value) && !isIllustration(path, key)) visit(value, here);
      if (isObjectSchema(value, here)) add([...here, "additionalProperties"], "add false at", set(false));
    }
  }
}

/** @type {Change} */
function remove(parent, key) {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** @param {unknown} value @returns {Change} */
function set(value) {
  return (parent, key) => (parent[key] = value);
}

/** Keeps the order. @param {string} name @returns {Change} */
function rename(name) {
  return (parent, key) => {
    const entries = Object.entries(parent);
    for (const [old] of entries) delete parent[old];
    for (const [old, value] of entries) parent[old === key ? name : old] = value;
  };
}

/**
 * Other values that a node may have.
 *
 * @param {string} key
 * @param {unknown} value
 * @param {string[]} path
 * @param {any} document
 * @returns {[what: string, value: unknown][]}
 */
function alternatives(key, value, path, document) {
  if (key === "type" && typeof value === "string" && path.includes("schemas"))
    return [["alter", /** @type {any} */ (OTHER_TYPE)[value]]];
  if (key === "in") return [["alter", /** @type {any} */ (OTHER_PLACE)[String(value)]]];
  if (key === "$ref") return otherReferences(String(value), document).map((other) => [`refer to ${other} at`, other]);
  if (key === "security") return [["empty", []]];
  if (key === "required" && Array.isArray(value)) return [["empty", []]];
  if (typeof value === "boolean") return [["flip", !value]];
  if (typeof value === "number")
    return [
      ["increase", value + 1],
      ["decrease", value - 1],
    ];
  if (typeof value === "string") return [["alter", `${value}x`]];
  return [];
}

/**
 * Other components of the same kind.
 *
 * @param {string} reference
 * @param {any} document
 */
function otherReferences(reference, document) {
  const [, , kind = "", name = ""] = reference.split("/");
  return Object.keys(document.components[kind])
    .filter((other) => other !== name)
    .slice(0, 2)
    .map((other) => `#/components/${kind}/${other}`);
}

/** Whether the keys of a map are names that mean something: paths, methods, statuses, media types, properties. @param {string[]} path */
function isNamed(path) {
  const last = path.at(-1) ?? "";
  const isMap = ["paths", "responses", "content", "properties", "securitySchemes"].includes(last);
  return (isMap && !(last === "responses" && path[0] === "components")) || path.at(-2) === "paths";
}

/** @param {string} name @param {string[]} path */
function otherName(name, path) {
  if (path.at(-2) === "paths") return name === "put" ? "post" : "put";
  if (/^\d{3}$/.test(name)) return "418";
  return `${name}x`;
}

/** @param {string} key @param {string[]} path */
function isForPeople(key, path) {
  if (path[0] === "info") return key !== "info" && key !== "version";
  return path[0] === "tags" || (FOR_PEOPLE.includes(key) && path.at(-2) !== "properties");
}

/**
 * Examples of properties and parameters are only for people; that they are there, and fit, is for
 * the lint rules. Examples of bodies are what the mock returns.
 *
 * @param {string[]} path
 * @param {string} key
 */
function isIllustration(path, key) {
  return key === "examples" && (path.includes("schemas") || path.includes("parameters"));
}

/** @param {unknown} value @param {string[]} path */
function isObjectSchema(value, path) {
  return path.includes("schemas") && isObject(value) && /** @type {any} */ (value).type === "object";
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null;
}

/** @param {string[]} path */
function pointer(path) {
  return path.map((step) => `/${step.replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}
