import type { Validator } from "../generated/validators.js";
import { JSON_TYPE } from "./api.js";
import { ApiError, InvalidResponseError, withoutUndefined, type ApiErrorDetail } from "./errors.js";
import { redact } from "./redact.js";
import { isTransientStatus, parseRetryAfter } from "./retry-policy.js";
import type { CallContext } from "./types.js";

/** A body that was read to its end, or to the limit. */
export interface ReadBody {
  readonly text: string;
  /** Whether the body ended within the limit; the rest of a longer one was not read. */
  readonly isComplete: boolean;
}

const MESSAGE_CHARACTERS = 500;
const EXCERPT_CHARACTERS = 200;

/**
 * Checks a response against the contract.
 *
 * @param validate checks the body of a 200
 * @returns the data of a 200 with a valid body, or the error that the response means
 */
export function checkResponse<T>(
  response: Response,
  { text, isComplete }: ReadBody,
  validate: Validator<T>,
  call: CallContext,
): { data: T; error?: undefined } | { data?: undefined; error: ApiError | InvalidResponseError } {
  const { status } = response;
  const isRedirect = response.redirected || response.type === "opaqueredirect" || (status >= 300 && status < 400);
  if (!isRedirect && (status < 200 || status > 299))
    return { error: toApiError(response, redact(text, call.secrets), call) };

  const data = parseJson(text);
  const problem = isRedirect ? describeRedirect(response) : describeSuccess(response, text, isComplete, data);
  if (!problem && validate(data)) return { data };
  const problems = problem
    ? [{ path: "", message: redact(problem, call.secrets) }]
    : (validate.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message }));
  return { error: new InvalidResponseError(response, problems, excerptOf(redact(text, call.secrets)), call) };
}

function describeRedirect({ headers, redirected, url }: Response): string {
  const target = redirected ? url : headers.get("location");
  return toOneLine(`is a redirect${target ? ` to ${target}` : ""}`);
}

/** What is invalid about a success as a whole, before its body is checked. */
function describeSuccess(response: Response, text: string, isComplete: boolean, data: unknown): string | undefined {
  if (response.status !== 200) return "is a success that the spec does not have";
  if (!isComplete) return "is larger than 1 MiB";
  if (!text.trim()) return "is empty";
  const type = contentTypeOf(response);
  if (type !== JSON_TYPE) return toOneLine(`has the content type ${type || "(none)"}, not ${JSON_TYPE}`);
  return data === undefined ? "is not JSON, or is cut off" : undefined;
}

/** The type without its parameters. Of a header that was sent more than once, the last valid type counts, as in `fetch`. */
function contentTypeOf({ headers }: Response): string {
  const value = headers.get("content-type") ?? "";
  if (value === JSON_TYPE) return value; // The usual one, which takes no time.
  const types = value.split(",").map((type) => (type.split(";")[0] ?? "").trim().toLowerCase());
  return types.findLast((type) => /^[^\s/]+\/[^\s/]+$/.test(type) && type !== "*/*") ?? "";
}

/** JSON has no `undefined`, so it can stand for text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param text the body, without secrets */
function toApiError(response: Response, text: string, call: CallContext): ApiError {
  const { status } = response;
  const body = parseJson(text) as ErrorJson;
  const errors = readErrors(body);
  const excerpt = excerptOf(text);
  const what =
    errors.length > 0 ? `: ${errors.map(describe).join("; ")}` : redact(describeBody(response, excerpt), call.secrets);
  const details = {
    response,
    code: readCode(body?.error?.code),
    errors,
    excerpt,
    retryAfterMs: parseRetryAfter(response.headers),
  };
  return new ApiError(toOneLine(`The API returned status ${status}${what}`), isTransientStatus(status), details, call);
}

function describe({ message, code, key }: ApiErrorDetail): string {
  return `${key === undefined ? "" : `${key} `}${message}${code === undefined ? "" : ` (code ${code})`}`;
}

/** Describes a body that is not one of the API's error bodies. */
function describeBody(response: Response, excerpt: string): string {
  const reason = response.statusText ? ` (${response.statusText})` : "";
  if (!excerpt.trim()) return `${reason}, the body is empty`;
  return `${reason}, the body is ${contentTypeOf(response) || "of an unknown type"}: ${excerpt}`;
}

function excerptOf(text: string): string {
  return text.slice(0, EXCERPT_CHARACTERS);
}

/** Messages contain text of servers, and end up in logs and terminals. */
function toOneLine(message: string): string {
  return message.replace(/[\s\p{Cc}]+/gu, " ").slice(0, MESSAGE_CHARACTERS);
}

/** JSON of unknown shape, which may have any of these members. */
interface UnknownJson {
  readonly error?: UnknownJson | null;
  readonly error_description?: unknown;
  readonly errors?: unknown;
  readonly meta?: UnknownJson | null;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly key?: unknown;
}

/** The body of an error, or `undefined` if it is not JSON. */
type ErrorJson = UnknownJson | null | undefined;

/** Reads either of the documented error bodies, and that of OAuth; takes whatever has a message from any other body. */
function readErrors(body: ErrorJson): readonly ApiErrorDetail[] {
  if (typeof body?.error === "string") {
    const { error, error_description: description } = body;
    return [{ message: typeof description === "string" ? `${error as string}: ${description}` : error }];
  }
  const several = body?.error?.errors;
  const entries: unknown[] = Array.isArray(several) ? several : [body];
  return entries.flatMap((entry) => {
    const { error, meta } = (entry ?? {}) as UnknownJson;
    const message = readText(error?.message);
    if (message === undefined) return [];
    return withoutUndefined({ message, code: readCode(error?.code), key: readText(meta?.key) });
  });
}

function readText(text: unknown): string | undefined {
  return typeof text === "string" ? text : undefined;
}

function readCode(code: unknown): number | undefined {
  return Number.isSafeInteger(code) ? (code as number) : undefined;
}
