// Walks a description, so that nothing needs to repeat what it says.

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
/** @typedef {{ schema: Reference, examples: Record<string, { value: unknown } | Reference> }} MediaType */
/** @typedef {{ content?: Record<string, MediaType> }} ResponseObject */
/** @typedef {{ name: string, in: string, required: boolean, schema: { type?: string | string[] } }} Parameter */
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
 * @property {{ schemas: Record<string, object> & { MessagesRead: object, SingleError: object }, parameters: Record<string, Parameter>, examples: Record<string, { value: unknown }>, securitySchemes: { accessToken: { type: string, scheme?: string } } }} components
 */

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * @param {Description} description
 * @returns {(Operation & { path: string, method: string })[]}
 */
export function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([key]) => METHODS.includes(key))
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
}

/**
 * Every answer that a description promises.
 *
 * @param {Description} description
 * @returns {PromisedAnswer[]}
 */
export function promisedAnswersOf(description) {
  return operationsOf(description).flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(
      /** @returns {PromisedAnswer[]} */ ([status, reference]) => {
        const response = resolveIn(description, reference);
        const common = { operationId, status: Number(status) };
        if (!response.content) return [{ ...common, example: undefined, contentType: undefined, body: undefined }];
        return Object.entries(response.content).flatMap(([contentType, { examples }]) =>
          Object.entries(examples).map(([example, value]) => ({
            ...common,
            example,
            contentType,
            body: resolveIn(description, value).value,
          })),
        );
      },
    ),
  );
}

/**
 * Every named example of a request body.
 *
 * @param {Description} description
 * @returns {{ operationId: string, example: string, body: unknown }[]}
 */
export function requestExamplesOf(description) {
  return operationsOf(description).flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).flatMap(({ examples }) =>
      Object.entries(examples).map(([example, value]) => ({
        operationId,
        example,
        body: resolveIn(description, value).value,
      })),
    ),
  );
}

/**
 * The name of the component that is referred to.
 *
 * @param {Reference} reference
 */
export function componentName({ $ref }) {
  return $ref.slice($ref.lastIndexOf("/") + 1);
}

/**
 * @template T
 * @param {Description} description
 * @param {T | Reference} value
 * @returns {T}
 */
export function resolveIn(description, value) {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return value;
  const steps = value.$ref.split("/").slice(1);
  return /** @type {T} */ (
    steps.reduce((node, step) => /** @type {any} */ (node)[step], /** @type {unknown} */ (description))
  );
}
