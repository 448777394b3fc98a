// Writes down what a stand-in for the API has to know of each operation: how a right request looks, and every answer.
import { compileSchemas } from "./validators.js";
import { componentName, operationsOf, promisedAnswersOf, requestExamplesOf, resolveIn } from "./walk.js";

/** @typedef {import("./walk.js").Description} Description */
/** @typedef {ReturnType<typeof operationsOf>[number]} Operation */

/**
 * @param {Description} description
 * @returns {{ code: string, declarations: string }} an ES module and its declarations
 */
export function describeOperations(description) {
  const operations = operationsOf(description);
  assertNamesApart(description);
  const validators = operations.map(({ operationId }) => [validatorName(operationId), `requests/${operationId}`]);
  const requests = operations.map((operation) => [operation.operationId, requestSchema(description, operation)]);
  const code = compileSchemas(description, Object.fromEntries(validators), Object.fromEntries(requests));
  // Ajv's words for what must not be there say nothing to who sends it.
  const readable = code.replaceAll('"boolean schema is false"', '"must not be sent"');
  const entries = operations.map((operation) => describe(description, operation));
  return {
    code: `${readable}\nexport const documentedOperations = [\n${entries.join(",\n")},\n];\n`,
    declarations: declare(description),
  };
}

/** @param {string} operationId */
function validatorName(operationId) {
  return `validate_${operationId}`;
}

/**
 * @param {Description} description
 * @param {Operation} operation
 * @returns {string} an object literal
 */
function describe(description, { operationId, method, path }) {
  const answers = promisedAnswersOf(description).filter((answer) => answer.operationId === operationId);
  const facts = {
    operationId,
    method,
    path,
    requestBodies: requestExamplesOf(description)
      .filter((example) => example.operationId === operationId)
      .map(({ body }) => body),
    answers: answers.map(({ status, example, contentType, body }) => ({
      name: example ?? status,
      status,
      contentType,
      body,
    })),
  };
  return JSON.stringify(facts, null, 2).replace(/\n}$/, `,\n  validate: ${validatorName(operationId)}\n}`);
}

/**
 * One schema for all that is promised of a request, with the names of headers in lower case and their values as text.
 *
 * @param {Description} description
 * @param {Operation} operation
 */
function requestSchema(description, { parameters = [], requestBody, security = description.security }) {
  /** @type {Record<string, Record<string, object>>} */
  const properties = { path: {}, header: {}, query: {} };
  /** @type {Record<string, string[]>} */
  const required = { path: [], header: [], query: [] };
  const add = (/** @type {string} */ place, /** @type {string} */ name, /** @type {object} */ schema) => {
    if (!properties[place]) throw new Error(`a parameter in ${place} is more than a stand-in for the API can check`);
    properties[place][name] = schema;
  };
  const demand = (/** @type {string} */ place, /** @type {string} */ name) => required[place]?.push(name);

  for (const reference of parameters) {
    const parameter = resolveIn(description, reference);
    const name = parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name;
    add(parameter.in, name, asText(parameter));
    if (parameter.required) demand(parameter.in, name);
  }
  for (const name of security.flatMap((alternative) => Object.keys(alternative))) {
    const { type, scheme } = description.components.securitySchemes[/** @type {"accessToken"} */ (name)];
    if (type !== "http" || scheme !== "bearer")
      throw new Error(`${name} is of a kind of security that a stand-in for the API cannot check`);
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

/** @param {import("./walk.js").Parameter} parameter */
function asText({ name, schema }) {
  if (schema.type === "boolean") return { type: "string", pattern: "^(true|false)$" };
  if (schema.type === undefined || schema.type === "string") return schema;
  throw new Error(`${name}: a parameter of the type ${schema.type} is more than a stand-in for the API can check`);
}

/**
 * A name alone has to say which answer is meant.
 *
 * @param {Description} description
 */
function assertNamesApart(description) {
  const names = promisedAnswersOf(description).flatMap(({ example }) => example ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new Error(
      `the example ${twice} stands for two answers; name one of them differently there, its \`$ref\` may stay`,
    );
}

/** @param {Description} description */
function declare(description) {
  const answers = promisedAnswersOf(description);
  const bodies = answers
    .filter(({ example }) => example !== undefined)
    .map(({ operationId, status, example, contentType }) => {
      const type = `operations["${operationId}"]["responses"][${status}]["content"]["${contentType}"]`;
      return `  /** Comes with status ${status}. */\n  readonly ${example}: ${type};`;
    });
  const statuses = new Set(answers.filter(({ example }) => example === undefined).map(({ status }) => status));
  const pathParameters = operationsOf(description)
    .flatMap(({ parameters = [] }) => parameters.map((parameter) => resolveIn(description, parameter)))
    .filter((parameter) => parameter.in === "path")
    .map(({ name }) => name);
  const requestBodies = operationsOf(description).flatMap(({ requestBody }) =>
    Object.values(requestBody?.content ?? {}).map(({ schema }) => `components["schemas"]["${componentName(schema)}"]`),
  );
  return `import type { components, operations } from "./api.js";
import type { Validator } from "./validators.js";

/** The body that each example of an answer stands for, by the example's name. */
export interface AnswerBodies {
${bodies.join("\n")}
}

/** A status that at least one operation is documented to answer without a body. */
export type StatusWithoutBody = ${[...statuses].sort().join(" | ")};

/** A request that keeps the contract of its operation; the names of its headers are in lower case. */
export interface CheckedRequest {
  readonly path: { ${[...new Set(pathParameters)].map((name) => `readonly ${name}?: string`).join("; ")} };
  readonly header: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: ${requestBodies.join(" | ") || "undefined"};
}

/** What is documented of an operation. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** With the names of its parameters in braces. */
  readonly path: string;
  /** Each example of the request's body. */
  readonly requestBodies: readonly unknown[];
  /** Each example of an answer, and each status that is documented without a body; a success comes first. */
  readonly answers: readonly Answer[];
  readonly validate: Validator<CheckedRequest>;
}

/** One documented answer. */
export interface Answer {
  readonly name: keyof AnswerBodies | StatusWithoutBody;
  readonly status: number;
  readonly contentType?: string;
  readonly body?: unknown;
}

export declare const documentedOperations: readonly Operation[];
`;
}
