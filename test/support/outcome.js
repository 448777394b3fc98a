// What became of a call, and what must become of a documented response, in the same form. Plain JavaScript, since every
// runtime of test/runtimes uses it.
import { operationsUnderTest } from "./operations.js";

/** @typedef {import("./operations.js").Package} Package */
/** @typedef {import("./spec.js").DocumentedResponse} DocumentedResponse */
/**
 * @typedef {object} Outcome
 * @property {unknown} [data] of a success
 * @property {object} [error] what the `ApiError` says, which is the cause of an `AccessTokenError`
 * @property {unknown} [thrown] anything else that was thrown
 */

const RETRIED = [408, 429, 500, 502, 503, 504];

/** @param {number} status */
export function attemptsUntil(status) {
  return RETRIED.includes(status) ? 3 : 1;
}

/**
 * @param {Package} client
 * @param {Promise<{ data: unknown }>} call
 * @returns {Promise<Outcome>}
 */
export async function apiOutcomeOf({ isChatClientError }, call) {
  try {
    return { data: (await call).data };
  } catch (thrown) {
    if (!isChatClientError(thrown)) return { thrown };
    const error = thrown.name === "AccessTokenError" ? thrown.cause : thrown;
    if (!isChatClientError(error) || error.name !== "ApiError") return { thrown };
    const { httpStatus: status, code, errors, attempts } = error;
    return {
      error: { status, code, errors, retryable: thrown.retryable, statuses: attempts.map(({ status }) => status) },
    };
  }
}

/**
 * @param {Pick<DocumentedResponse, "operationId" | "status" | "body">} response
 * @returns {Outcome}
 */
export function documentedOutcome({ operationId, status, body }) {
  if (status < 300) return { data: operationsUnderTest[operationId]?.data(body) };
  const { error, error_description: description } = /** @type {any} */ (body ?? {});
  const statuses = Array(attemptsUntil(status)).fill(status);
  const common = { status, retryable: RETRIED.includes(status), statuses };
  if (typeof error === "string") {
    const message = description === undefined ? error : `${error}: ${description}`;
    return { error: { ...common, code: undefined, errors: [{ message }] } };
  }
  const all = body === undefined ? [] : (error.errors ?? [body]);
  return {
    error: {
      ...common,
      code: error?.code,
      errors: all.map((/** @type {any} */ { error: { message, code }, meta }) => ({
        ...{ message, code },
        ...(meta?.key === undefined ? {} : { key: meta.key }),
      })),
    },
  };
}
