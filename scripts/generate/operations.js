// Generates what a mock of the API needs to know about each operation: a check of its requests, and its documented responses.
import { compileSchemas } from "./validators.js";
import {
  componentName,
  operationsOf,
  documentedResponsesOf,
  requestExamplesOf,
  resolveIn,
} from "../common/spec-queries.js";

/** @typedef {import("../common/spec-queries.js").Spec} Spec */
/** @typedef {ReturnType<typeof operationsOf>[number]} Operation */

/**
 * @param {Spec} spec
 * @returns {{ code: string, declarations: string }} an ES module and its declarations
 */
export function compileOperations(spec) {
  const operations = operationsOf(spec);
  assertUniqueNames(spec);
  const validators = operations.map(({ operationId }) => [validatorName(operationId), `requests/${operationId}`]);
  const requests = operations.map((operation) => [operation.operationId, requestSchema(spec, operation)]);
  const code = compileSchemas(spec, Object.fromEntries(validators), Object.fromEntries(requests));
  // Ajv reports the schema `false`, which stands for a body that must not be sent, in its own terms.
  const readable = code.replaceAll('"boolean schema is false"', '"must not be sent"');
  const entries = operations.map((operation) => describe(spec, operation));
  return {
    code: `${readable}\nexport const documentedOperations = [\n${entries.join(",\n")},\n];\n`,
    declarations: declare(spec),
  };
}

/** @param {string} operationId */
function validatorName(operationId) {
  return `validate_${operationId}`;
}

/**
 * @param {Spec} spec
 * @param {Operation} operation
 * @returns {string} an object literal
 */
function describe(spec, { operationId, method, path }) {
  const facts = {
    operationId,
    method,
    path,
    requestBodies: requestExamplesOf(spec)
      .filter((example) => example.operationId === operationId)
      .map(({ body }) => body),
    responses: documentedResponsesOf(spec)
      .filter((response) => response.operationId === operationId)
      .map(({ status, example, contentType, body }) => ({ name: example ?? status, status, contentType, body })),
  };
  return JSON.stringify(facts, null, 2).replace(/\n}$/, `,\n  validate: ${validatorName(operationId)}\n}`);
}

/**
 * One schema for a whole request. The names of headers are in lower case, and parameters are text.
 *
 * @param {Spec} spec
 * @param {Operation} operation
 */
function requestSchema(spec, { parameters = [], requestBody, security = spec.security }) {
  /** @type {Record<string, Record<string, object>>} */
  const properties = { path: {}, header: {}, query: {} };
  /** @type {Record<string, string[]>} */
  const required = { path: [], header: [], query: [] };
  const add = (/** @type {string} */ place, /** @type {string} */ name, /** @type {object} */ schema) => {
    if (!properties[place]) throw new Error(`mockFetch cannot check a parameter in ${place}`);
    properties[place][name] = schema;
  };
  const demand = (/** @type {string} */ place, /** @type {string} */ name) => required[place]?.push(name);

  for (const reference of parameters) {
    const parameter = resolveIn(spec, reference);
    const name = parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name;
    add(parameter.in, name, asText(spec, parameter));
    if (parameter.required) demand(parameter.in, name);
  }
  for (const name of security.flatMap((alternative) => Object.keys(alternative))) {
    const { type, scheme } = spec.components.securitySchemes[/** @type {"accessToken"} */ (name)];
    if (type !== "http" || scheme !== "bearer")
      throw new Error(`mockFetch cannot check the security scheme ${name}: it is not an HTTP bearer token`);
    add("header", "authorization", { type: "string", pattern: "^Bearer [!-~]+$" });
    demand("header", "authorization");
  }
  const [content] = Object.entries(requestBody?.content ?? {});
  if (content) {
    const type = content[0].replace(/[.+]/g, "\\$&");
    add("header", "content-type", { type: "string", pattern: `^${type} *(;|$)` });
    demand("header", "content-type");
  }
  const parts = ["path", "header", "query"].map((place) => [
    place,
    {
      type: "object",
      properties: properties[place],
      required: required[place],
      ...(place === "query" ? { additionalProperties: false } : {}),
    },
  ]);
  return {
    type: "object",
    properties: { ...Object.fromEntries(parts), body: content ? content[1].schema : false },
    required: requestBody?.required ? ["body"] : [],
  };
}

/**
 * @param {Spec} spec
 * @param {import("../common/spec-queries.js").Parameter} parameter
 */
function asText(spec, { name, schema }) {
  const { type = "string" } = resolveIn(spec, schema);
  if (type === "string") return schema;
  if (["integer", "number", "boolean"].includes(String(type))) return { type: "string", textOf: schema };
  throw new Error(`mockFetch cannot check the parameter ${name}: its type is ${type}`);
}

/**
 * The name of an example alone has to say which response is meant.
 *
 * @param {Spec} spec
 */
function assertUniqueNames(spec) {
  const names = documentedResponsesOf(spec).flatMap(({ example }) => example ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(
      `two responses have an example named ${twice}; rename one of them under its response, its \`$ref\` may stay`,
    );
}

/** @param {Spec} spec */
function declare(spec) {
  const responses = documentedResponsesOf(spec);
  const bodies = responses
    .filter(({ example }) => example !== undefined)
    .map(({ operationId, status, example, contentType }) => {
      const type = `operations["${operationId}"]["responses"][${status}]["content"]["${contentType}"]`;
      return `  /** Sent with status ${status}. */\n  readonly ${example}: ${type};`;
    });
  const statuses = new Set(responses.filter(({ example }) => example === undefined).map(({ status }) => status));
  const pathParameters = operationsOf(spec)
    .flatMap(({ parameters = [] }) => parameters.map((parameter) => resolveIn(spec, parameter)))
    .filter((parameter) => parameter.in === "path")
    .map(({ name }) => name);
  const requestBodies = operationsOf(spec).flatMap(({ requestBody }) =>
    Object.values(requestBody?.content ?? {}).map(({ schema }) => `components["schemas"]["${componentName(schema)}"]`),
  );
  return `import type { components, operations } from "./api.js";
import type { Validator } from "./validators.js";

/** The body of each example of a response, by the example's name. */
export interface ExampleBodies {
${bodies.join("\n")}
}

/** A status that at least one operation documents without a body. */
export type StatusWithoutBody = ${[...statuses].sort().join(" | ")};

/** A request that fits its operation. Header names are in lower case. */
export interface CheckedRequest {
  readonly path: { ${[...new Set(pathParameters)].map((name) => `readonly ${name}?: string`).join("; ")} };
  readonly header: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: ${requestBodies.join(" | ") || "undefined"};
}

/** An operation as the OpenAPI description documents it. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** The path template, with parameter names in braces. */
  readonly path: string;
  /** The examples of the request body. */
  readonly requestBodies: readonly unknown[];
  /** One for each example, and one for each status without a body. The first is a success. */
  readonly responses: readonly DocumentedResponse[];
  readonly validate: Validator<CheckedRequest>;
}

/** A documented response. */
export interface DocumentedResponse {
  /** The name of the example, or the status where no body is documented. */
  readonly name: keyof ExampleBodies | StatusWithoutBody;
  readonly status: number;
  readonly contentType?: string;
  readonly body?: unknown;
}

export declare const documentedOperations: readonly Operation[];
`;
}
