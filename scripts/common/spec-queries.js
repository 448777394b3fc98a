// Queries about an OpenAPI description, so that nothing repeats what it says.

/**
 * A response that the spec documents: one for each named example, and one for each status without a body.
 *
 * @typedef {object} DocumentedResponse
 * @property {string} operationId
 * @property {number} status
 * @property {string | undefined} example its name; absent when no body is documented
 * @property {string | undefined} summary of the example
 * @property {string | undefined} contentType
 * @property {string | undefined} schema the name of its component
 * @property {unknown} body
 */

/** @typedef {{ readonly $ref: string }} Reference */
/** @typedef {{ lang: string, label?: string, source: string }} CodeSample */
/** @typedef {{ summary: string, description?: string, value: unknown }} Example */
/** @typedef {{ schema: Reference, examples: Record<string, Example | Reference> }} MediaType */
/** @typedef {{ description: string, content?: Record<string, MediaType> }} ResponseObject */
/** @typedef {{ name: string, in: string, required: boolean, description: string, schema: { type?: string | string[] }, examples: Record<string, Example & { value: string | number | boolean }> }} Parameter */
/**
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {(Parameter | Reference)[]} [parameters]
 * @property {{ required: boolean } & ResponseObject} [requestBody]
 * @property {string} summary
 * @property {string} description
 * @property {string[]} tags
 * @property {{ url: string }} externalDocs
 * @property {object[]} [security]
 * @property {CodeSample[]} x-codeSamples
 * @property {Record<string, ResponseObject | Reference>} responses
 */
/**
 * @typedef {object} Spec
 * @property {string} openapi
 * @property {{ title: string, summary: string, description: string, version: string }} info
 * @property {{ url: string }[]} servers
 * @property {object[]} security
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{ schemas: Record<string, object> & { MessagesRead: object, SingleError: object }, parameters: Record<string, Parameter>, examples: Record<string, Example>, securitySchemes: { accessToken: { type: string, scheme?: string } } }} components
 */

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/**
 * @param {Spec} spec
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
 * Every documented response.
 *
 * @param {Spec} spec
 * @returns {DocumentedResponse[]}
 */
export function documentedResponsesOf(spec) {
  return operationsOf(spec).flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(
      /** @returns {DocumentedResponse[]} */ ([status, reference]) => {
        const response = resolveIn(spec, reference);
        const common = { operationId, status: Number(status) };
        if (!response.content) {
          const none = { example: undefined, summary: undefined, contentType: undefined, schema: undefined };
          return [{ ...common, ...none, body: undefined }];
        }
        return Object.entries(response.content).flatMap(([contentType, { schema, examples }]) =>
          Object.entries(examples).map(([example, reference]) => {
            const { summary, value } = resolveIn(spec, reference);
            return { ...common, example, summary, contentType, schema: componentName(schema), body: value };
          }),
        );
      },
    ),
  );
}

/**
 * Every named example of a request body.
 *
 * @param {Spec} spec
 * @returns {{ operationId: string, example: string, summary: string, body: unknown }[]}
 */
export function requestExamplesOf(spec) {
  return operationsOf(spec).flatMap(({ operationId, requestBody }) =>
    Object.values(requestBody?.content ?? {}).flatMap(({ examples }) =>
      Object.entries(examples).map(([example, reference]) => {
        const { summary, value } = resolveIn(spec, reference);
        return { operationId, example, summary, body: value };
      }),
    ),
  );
}

/**
 * The name of the component that a reference points to.
 *
 * @param {Reference} reference
 */
export function componentName({ $ref }) {
  return $ref.slice($ref.lastIndexOf("/") + 1);
}

/**
 * @template T
 * @param {Spec} spec
 * @param {T | Reference} value
 * @returns {T}
 */
export function resolveIn(spec, value) {
  if (typeof value !== "object" || value === null || !("$ref" in value)) return value;
  const steps = value.$ref.split("/").slice(1);
  return /** @type {T} */ (
    steps.reduce((node, step) => /** @type {any} */ (node)[step], /** @type {unknown} */ (spec))
  );
}
