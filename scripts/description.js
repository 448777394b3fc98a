// Walks the description, so that nothing needs to repeat what it says.
import { readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { generatedFolder } from "./paths.js";

/**
 * One answer that the description promises: a named example, or a status whose body is not documented.
 *
 * @typedef {object} PromisedAnswer
 * @property {string} operationId
 * @property {number} status
 * @property {string | undefined} example absent when no body is documented
 * @property {string | undefined} contentType
 * @property {unknown} body
 */

/** @typedef {{ readonly $ref: string }} Reference */
/** @typedef {{ content?: Record<string, { examples: Record<string, { value: unknown } | Reference> }> }} ResponseObject */
/** @typedef {{ name: string, in: string, required: boolean, schema: { type?: string } }} Parameter */
/**
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {(Parameter | Reference)[]} [parameters]
 * @property {{ required: boolean } & ResponseObject} [requestBody]
 * @property {object[]} [security]
 * @property {Record<string, ResponseObject | Reference>} responses
 */
/**
 * @typedef {object} Description
 * @property {string} openapi
 * @property {{ version: string }} info
 * @property {{ url: string }[]} servers
 * @property {object[]} security
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{ schemas: Record<string, object> & { MessagesRead: object, SingleError: object }, parameters: Record<string, Parameter>, examples: Record<string, { value: unknown }>, securitySchemes: { accessToken: object } }} components
 */

/** @type {Description} */
export const description = JSON.parse(readFileSync(resolvePath(generatedFolder, "openapi.json"), "utf8"));

/** @returns {Operation[]} */
export function operations() {
  return Object.values(description.paths).flatMap((path) => Object.values(path));
}

/**
 * Every answer that the description promises.
 *
 * @returns {PromisedAnswer[]}
 */
export function promisedAnswers() {
  return operations().flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(
      /** @returns {PromisedAnswer[]} */ ([status, reference]) => {
        const response = resolve(reference);
        const common = { operationId, status: Number(status) };
        if (!response.content) return [{ ...common, example: undefined, contentType: undefined, body: undefined }];
        return Object.entries(response.content).flatMap(([contentType, { examples }]) =>
          Object.entries(examples).map(([example, value]) => ({
            ...common,
            example,
            contentType,
            body: resolve(value).value,
          })),
        );
      },
    ),
  );
}

/**
 * Every named example of a request body.
 *
 * @returns {{ operationId: string, example: string, body: unknown }[]}
 */
export function requestExamples() {
  return operations().flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).flatMap(({ examples }) =>
      Object.entries(examples).map(([example, value]) => ({ operationId, example, body: resolve(value).value })),
    ),
  );
}

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

/**
 * @template T
 * @param {T | Reference} value
 * @returns {T}
 */
export function resolve(value) {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return value;
  const steps = value.$ref.split("/").slice(1);
  return /** @type {T} */ (
    steps.reduce((node, step) => /** @type {any} */ (node)[step], /** @type {unknown} */ (description))
  );
}
