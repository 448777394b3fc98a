// The OpenAPI description as it was last generated, and queries about it.
import { readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { generatedFolder } from "./paths.js";
import { documentedResponsesOf, operationsOf, requestExamplesOf, resolveIn } from "./spec-queries.js";

/** @typedef {import("./spec-queries.js").DocumentedResponse} DocumentedResponse */
/** @typedef {import("./spec-queries.js").Parameter} Parameter */

/** @type {import("./spec-queries.js").Spec} */
export const spec = JSON.parse(readFileSync(resolvePath(generatedFolder, "openapi.json"), "utf8"));

export const operations = () => operationsOf(spec);
export const documentedResponses = () => documentedResponsesOf(spec);
export const requestExamples = () => requestExamplesOf(spec);

/**
 * @template T
 * @param {T | import("./spec-queries.js").Reference} value
 * @returns {T}
 */
export const resolve = (value) => resolveIn(spec, value);

/**
 * The name of a response in titles and reports, such as `markMessagesAsRead 404 orderNotFound`.
 *
 * @param {Pick<DocumentedResponse, "operationId" | "status" | "example">} response
 */
export function nameOf({ operationId, status, example }) {
  return [operationId, status, example ?? "(no body)"].join(" ");
}

/**
 * @param {string} name as {@link nameOf} gives it
 * @throws when no response has this name
 */
export function documentedResponse(name) {
  const response = documentedResponses().find((candidate) => nameOf(candidate) === name);
  if (response) return response;
  const names = documentedResponses().map(nameOf).join(", ");
  throw new Error(`the spec has no response "${name}"; it has ${names}`);
}
