import type { Validator } from "../generated/validators.js";
import type { WholeResponse } from "./attempt.js";
import { ApiError, InvalidResponseError, type ApiErrorDetail } from "./errors.js";
import { parseRetryAfter } from "./retry-after.js";
import { redact } from "./secrets.js";
import { isRetryableStatus } from "./status.js";
import { withoutUndefined } from "./without-undefined.js";

const MESSAGE_CHARACTERS = 500;
const EXCERPT_CHARACTERS = 200;

/** An answer that keeps the contract. */
export interface CheckedResponse<T> {
  /** The body of the answer, checked against the contract. */
  readonly data: T;
  /** The answer; its body is already read. */
  readonly response: Response;
}

/**
 * Checks a whole answer against the contract: whether it is a 200 whose body fits, or else which error it is.
 *
 * @param validate the check of the body of a 200
 * @param secrets are kept out of the errors, in case that the server echoes them
 */
export function checkResponse<T>(
  { response, text, complete }: WholeResponse,
  validate: Validator<T>,
  secrets: readonly string[],
): CheckedResponse<T> | ApiError | InvalidResponseError {
  const { status } = response;
  const data = parseJson(text);
  const isRedirect = response.redirected || response.type === "opaqueredirect" || (status >= 300 && status < 400);
  if (!response.ok && !isRedirect) return toApiError(response, data as ErrorJson, secrets);

  const problem = isRedirect ? "is a redirect" : problemOf(response, text, complete, data);
  if (!problem && validate(data)) return { data, response };
  const problems = problem ? [{ path: "", message: problem }] : (validate.errors ?? []);
  return new InvalidResponseError(status, problems, redact(text, secrets).slice(0, EXCERPT_CHARACTERS));
}

/** What is wrong with a success as a whole, before one looks into its body. */
function problemOf({ status, headers }: Response, text: string, complete: boolean, data: unknown): string | undefined {
  if (status !== 200) return "is a success that is not documented";
  if (!complete) return "is larger than 1 MiB";
  if (!text.trim()) return "is empty";
  if (!/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? ""))
    return "is not declared as application/json";
  return data === undefined ? "is not JSON, or cut off" : undefined;
}

/** JSON has no `undefined`, so it can stand for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toApiError(response: Response, body: ErrorJson, secrets: readonly string[]): ApiError {
  const { status } = response;
  const errors = readErrors(body, secrets);
  const message = `The API answered with status ${status}: ${errors.map(describe).join("; ") || "no error that it documents"}`;
  return new ApiError(toOneLine(message), isRetryableStatus(status), {
    response,
    code: readCode(body?.error?.code),
    errors,
    retryAfterMs: parseRetryAfter(response.headers),
  });
}

function describe({ message, code, key }: ApiErrorDetail): string {
  return `${key === undefined ? "" : `${key} `}${message}${code === undefined ? "" : ` (code ${code})`}`;
}

/** Servers have a say in messages, and messages go to logs and terminals. */
function toOneLine(message: string): string {
  return message.replace(/[\s\p{Cc}]+/gu, " ").slice(0, MESSAGE_CHARACTERS);
}

/** JSON of which nothing is known: whatever there is may have any of these. */
interface UnknownJson {
  readonly error?: UnknownJson | null;
  readonly errors?: unknown;
  readonly meta?: UnknownJson | null;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly key?: unknown;
}

/** The body of an error, or `undefined` where that is no JSON. */
type ErrorJson = UnknownJson | null | undefined;

/** Reads either of the two documented error bodies, and takes from any other what it can: the entries with a message. */
function readErrors(body: ErrorJson, secrets: readonly string[]): readonly ApiErrorDetail[] {
  const several = body?.error?.errors;
  const entries: unknown[] = Array.isArray(several) ? several : [body];
  const readText = (text: unknown) => (typeof text === "string" ? redact(text, secrets) : undefined);
  return entries.flatMap((entry) => {
    const { error, meta } = (entry ?? {}) as UnknownJson;
    const message = readText(error?.message);
    if (message === undefined) return [];
    return withoutUndefined({ message, code: readCode(error?.code), key: readText(meta?.key) });
  });
}

function readCode(code: unknown): number | undefined {
  return Number.isSafeInteger(code) ? (code as number) : undefined;
}
