// What the spec says, for all tests: the one place where they read it. Every case of theirs that can be derived from the
// spec is derived here.
import {
  documentedResponse,
  documentedResponses,
  nameOf,
  operations,
  requestExamples,
  resolve,
  spec,
} from "../../scripts/common/spec.js";
import { componentName } from "../../scripts/common/spec-queries.js";

export { documentedResponse, documentedResponses, nameOf, operations, requestExamples, resolve, spec };

/** @typedef {import("../../scripts/common/spec.js").DocumentedResponse} DocumentedResponse */
/** @typedef {import("../../scripts/common/spec.js").Parameter} Parameter */
/** @typedef {ReturnType<typeof operations>[number]} Operation */

/**
 * @typedef {object} ParameterCase
 * @property {string} name
 * @property {string} operationId
 * @property {string} parameter
 * @property {"header" | "query"} place
 * @property {string | number | boolean | undefined} value absent where the parameter may be left out
 */

/**
 * The operation's first documented success.
 *
 * @param {string} operationId
 */
export function documentedSuccess(operationId) {
  const response = documentedResponses().find((one) => one.operationId === operationId && one.status < 300);
  if (response) return response;
  throw new Error(`The spec documents no success of ${operationId}`);
}

/** @param {Operation} operation */
export function parametersOf({ parameters = [] }) {
  return parameters.map((parameter) => resolve(/** @type {Parameter} */ (parameter)));
}

/** Whether an operation needs an access token. @param {Operation} operation */
export function isSecured({ security = spec.security }) {
  return security.length > 0;
}

/**
 * Every optional parameter left out, and every parameter with each value that the spec lists or shows.
 *
 * @returns {ParameterCase[]}
 */
export function parameterCases() {
  return parametersOfOptions().flatMap(({ operationId, name, place, required, schema, examples }) => {
    const values = new Set([...(enumOf(schema) ?? []), ...Object.values(examples).map(({ value }) => value)]);
    return [...(required ? [] : [undefined]), ...values].map((value) => ({
      name: `${operationId} ${name} ${value ?? "(absent)"}`,
      operationId,
      parameter: name,
      place,
      value,
    }));
  });
}

/** The parameters that have values of an invalid type: to a string, there is no such value. */
export function typedParameters() {
  return parametersOfOptions().filter(({ schema }) => schema.type === "boolean" || schema.type === "integer");
}

/** Those that an option of a call sends; the ones in the path are arguments. */
function parametersOfOptions() {
  return operations().flatMap((operation) =>
    parametersOf(operation).flatMap(({ in: place, ...parameter }) =>
      place === "header" || place === "query"
        ? [{ ...parameter, place: /** @type {"header" | "query"} */ (place), operationId: operation.operationId }]
        : [],
    ),
  );
}

/** @param {object} schema @returns {string[] | undefined} */
function enumOf(schema) {
  const [first] = "anyOf" in schema ? /** @type {object[]} */ (schema.anyOf) : [schema];
  return /** @type {{ enum?: string[] }} */ (resolve(first)).enum;
}

/** @param {Pick<Parameter, "examples">} parameter */
function exampleOf({ examples }) {
  const [first] = Object.values(examples);
  return /** @type {string | number} */ (first?.value);
}

/**
 * The schema of each documented body of a response.
 *
 * @returns {{ schema: string, operationId: string, status: number }[]}
 */
export function responseSchemas() {
  return operations().flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, response]) =>
      Object.values(resolve(response).content ?? {}).map(({ schema }) => ({
        schema: componentName(schema),
        operationId,
        status: Number(status),
      })),
    ),
  );
}

/** How many properties the documented bodies have, of requests and of responses. */
export function propertyCount() {
  return operations()
    .flatMap(({ requestBody, responses }) => [requestBody, ...Object.values(responses).map(resolve)])
    .flatMap((message) => Object.values(message?.content ?? {}))
    .flatMap(({ schema }) => [...new Set(propertyPaths(schema))]).length;
}

/** @param {object} schema @returns {string[]} */
function propertyPaths(schema, path = "") {
  const { properties = {}, items, anyOf = [] } = /** @type {any} */ (resolve(schema));
  return [
    ...Object.entries(properties).flatMap(([name, property]) => [
      `${path}/${name}`,
      ...propertyPaths(property, `${path}/${name}`),
    ]),
    ...(items ? propertyPaths(items, `${path}/*`) : []),
    ...anyOf.flatMap((/** @type {object} */ branch) => propertyPaths(branch, path)),
  ];
}

/**
 * The schema of each documented body of a request.
 *
 * @returns {{ schema: string, operationId: string }[]}
 */
export function requestSchemas() {
  return operations().flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).map(({ schema }) => ({ schema: componentName(schema), operationId })),
  );
}

/**
 * A request by the spec's examples, with the parameters that are required.
 *
 * @param {string} operationId
 * @returns {{ path: string, init: { method: string, headers: Record<string, string>, body?: string } }}
 */
export function documentedRequest(operationId) {
  const operation = operations().find((candidate) => candidate.operationId === operationId);
  if (!operation) throw new Error(`The spec has no operation ${operationId}`);
  const { method, path } = operation;
  const request = new URL(path, "http://spec.invalid");
  /** @type {Record<string, string>} */
  const headers = isSecured(operation) ? { Authorization: "Bearer not-a-real-token" } : {};
  for (const { name, in: place, required, examples } of parametersOf(operation)) {
    const value = String(exampleOf({ examples }));
    if (place === "path")
      request.pathname = request.pathname.replace(encodeURI(`{${name}}`), encodeURIComponent(value));
    else if (required && place === "query") request.searchParams.set(name, value);
    else if (required) headers[name] = value;
  }
  const example = requestExamples().find((candidate) => candidate.operationId === operationId);
  const body = example && {
    headers: { ...headers, "Content-Type": "application/json" },
    body: JSON.stringify(example.body),
  };
  return { path: request.pathname + request.search, init: { method, headers, ...body } };
}
