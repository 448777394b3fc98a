// The description as it is in generated/, and what it says.
import { readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { generatedFolder } from "./paths.js";
import { operationsOf, documentedResponsesOf, requestExamplesOf, resolveIn } from "./walk.js";

/** @typedef {import("./walk.js").PromisedAnswer} PromisedAnswer */
/** @typedef {import("./walk.js").Parameter} Parameter */

/** @type {import("./walk.js").Description} */
export const description = JSON.parse(readFileSync(resolvePath(generatedFolder, "openapi.json"), "utf8"));

export const operations = () => operationsOf(description);
export const promisedAnswers = () => documentedResponsesOf(description);
export const requestExamples = () => requestExamplesOf(description);

/**
 * @template T
 * @param {T | import("./walk.js").Reference} value
 * @returns {T}
 */
export const resolve = (value) => resolveIn(description, value);

/**
 * What an answer of the description is called: `markMessagesAsRead 404 orderNotFound`.
 *
 * @param {Pick<PromisedAnswer, "operationId" | "status" | "example">} answer
 */
export function nameOf({ operationId, status, example }) {
  return [operationId, status, example ?? "(no body)"].join(" ");
}

/**
 * The answer of that name, which must be promised.
 *
 * @param {string} name
 */
export function promisedAnswer(name) {
  const answer = promisedAnswers().find((candidate) => nameOf(candidate) === name);
  if (answer) return answer;
  const names = promisedAnswers().map(nameOf).join(", ");
  throw new Error(`The description promises no answer "${name}"; it promises ${names}`);
}
