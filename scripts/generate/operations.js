// Generates what a mock of the API needs to know about each operation: a check of its requests, and its documented responses.
import { alternativesOf, compileSchemas, validatorOf } from "./validators.js";
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
  for (const { operationId } of operations) assertUniqueNames(spec, operationId);
  const validators = operations.map(({ operationId }) => [requestValidatorOf(operationId), `requests/${operationId}`]);
  const requests = operations.map((operation) => [operation.operationId, requestSchema(spec, operation)]);
  const code = compileSchemas(spec, Object.fromEntries(validators), Object.fromEntries(requests));
  // Ajv reports the schema `false`, which stands for a body that must not be sent, in its own terms.
  const readable = code.replaceAll('"boolean schema is false"', '"must not be sent"');
  const entries = operations.map((operation) => describe(spec, operation));
  const imports = `import * as validators from "./validators.js";\n\n`;
  return {
    code: `${imports}${readable}\nexport const documentedOperations = [\n${entries.join(",\n")},\n];\n`,
    declarations: declare(spec),
  };
}

/** @param {string} operationId */
function requestValidatorOf(operationId) {
  return `validate_${operationId}`;
}

/**
 * @param {Spec} spec
 * @param {Operation} operation
 * @returns {string} an object literal
 */
function describe(spec, { operationId, method, path }) {
  const own = (/** @type {{ operationId: string }} */ documented) => documented.operationId === operationId;
  const requestBodies = requestExamplesOf(spec)
    .filter(own)
    .map(({ body }) => body);
  const responses = documentedResponsesOf(spec)
    .filter(own)
    .map(({ status, example, contentType, schema, body }) => {
      const facts = JSON.stringify({ name: example ?? status, status, contentType, body }, null, 2);
      const validators = schema ? alternativesOf(spec, schema).map((name) => `validators.${validatorOf(name)}`) : [];
      return facts.replace(/\n}$/, `,\n  validators: [${validators.join(", ")}]\n}`);
    });
  const facts = JSON.stringify({ operationId, method, path, requestBodies }, null, 2);
  const validateRequest = requestValidatorOf(operationId);
  return facts.replace(/\n}$/, `,\n  validateRequest: ${validateRequest},\n  responses: [${responses.join(",\n")}]\n}`);
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
 * The name of an example has to say which response of an operation is meant.
 *
 * @param {Spec} spec
 * @param {string} operationId
 */
function assertUniqueNames(spec, operationId) {
  const names = documentedResponsesOf(spec)
    .filter((response) => response.operationId === operationId)
    .flatMap(({ example }) => example ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(
      `two responses of ${operationId} have an example named ${twice}; rename one of them under its response, its \`$ref\` may stay`,
    );
}

/** @param {Spec} spec */
function declare(spec) {
  const responses = documentedResponsesOf(spec);
  const named = responses.filter(({ example }) => example !== undefined);
  const bodies = [...new Set(named.map(({ example }) => example))].map((example) => {
    const types = named
      .filter((response) => response.example === example)
      .map(
        ({ operationId, status, contentType }) =>
          `operations["${operationId}"]["responses"][${status}]["content"]["${contentType}"]`,
      );
    return `  readonly ${example}: ${[...new Set(types)].join(" | ")};`;
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

/** The body of each example of a response, by the example's name, which several operations may have. */
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
  readonly operationId: keyof operations;
  readonly method: string;
  /** The path template, with parameter names in braces. */
  readonly path: string;
  /** The examples of the request body. */
  readonly requestBodies: readonly unknown[];
  /** One for each example, and one for each status without a body. The first is a success. */
  readonly responses: readonly DocumentedResponse[];
  readonly validateRequest: Validator<CheckedRequest>;
}

/** A documented response. */
export interface DocumentedResponse {
  /** The name of the example, or the status where no body is documented. */
  readonly name: keyof ExampleBodies | StatusWithoutBody;
  readonly status: number;
  readonly contentType?: string;
  readonly body?: unknown;
  /** A body of this status has to satisfy one of them. Empty if none is documented. */
  readonly validators: readonly Validator<unknown>[];
}

export declare const documentedOperations: readonly Operation[];
`;
}
