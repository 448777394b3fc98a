import { JSON_TYPE } from "./api.js";
import { ApiError, InvalidResponseError, withoutUndefined, type ApiErrorDetail } from "./errors.js";
import { redactor, toOneLine } from "./redact.js";
import { isTransientStatus, parseRetryAfter } from "./retry-policy.js";
import type { CallContext } from "./types.js";

/** A body that was read to its end, or to the limit. */
export interface ReadBody {
  readonly text: string;
  /** Whether the body ended within the limit; the rest of a longer one was not read. */
  readonly isComplete: boolean;
}

const MAX_ERRORS = 100; // More than anybody reads.
const MESSAGE_CHARACTERS = 500;
const EXCERPT_CHARACTERS = 200;
const SEARCHED_CHARACTERS = 4 * 1024; // Of a body, for an excerpt.
const MAX_WHITE_SPACE = 64 * 1024; // Before that.

/**
 * Checks a response against the contract.
 *
 * @returns the data of a 200 with a valid body, or the error that the response means
 */
export function checkResponse<T>(
  response: Response,
  body: ReadBody,
  call: CallContext<T>,
): { data: T; error?: undefined } | { data?: undefined; error: ApiError | InvalidResponseError } {
  const { status, redirected, type } = response;
  // The door through which a server's text enters: messages show nothing of a response that did not pass here.
  const show = redactor(call.secrets);
  const { showBody = show } = call;
  const isRedirect = redirected || type === "opaqueredirect" || (status >= 300 && status < 400);
  if (!isRedirect && (status < 200 || status > 299))
    return { error: toApiError(response, body.text, show, showBody, call) };

  const data = parseJson(body.text);
  const problem = isRedirect ? describeRedirect(response, showBody) : describeSuccess(response, body, data, show);
  const { validate } = call;
  if (!problem && validate(data)) return { data };
  const problems = problem
    ? [{ path: "", message: toOneLine(problem, MESSAGE_CHARACTERS) }]
    : (validate.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message }));
  return { error: new InvalidResponseError(response, problems, excerptOf(body.text, showBody), call) };
}

/** Removes the secrets from a text. */
type Show = (text: string) => string;

function describeRedirect({ redirected, url, headers }: Response, show: Show): string {
  const target = show(redirected ? url : (headers.get("location") ?? ""));
  return `is a redirect${target ? ` to ${target}` : ""}`;
}

/** What is invalid about a success as a whole, before its data is checked. */
function describeSuccess(
  { status, headers }: Response,
  { text, isComplete }: ReadBody,
  data: unknown,
  show: Show,
): string | undefined {
  if (status !== 200) return "is a success that the spec does not have";
  if (!isComplete) return "is larger than 1 MiB";
  if (!text.trim()) return "is empty";
  const contentType = headers.get("content-type") ?? "";
  if (mediaType(contentType) !== JSON_TYPE)
    return `has the content type ${mediaType(show(contentType)) || "(none)"}, not ${JSON_TYPE}`;
  return data === undefined ? "is not JSON, or is cut off" : undefined;
}

/** The type without its parameters. Of a header that was sent more than once, the last valid type counts, as in `fetch`. */
function mediaType(contentType: string): string {
  const types = contentType
    .replace(/"(?:[^"\\]|\\[^]?)*"?/g, "") // The values of parameters may have commas.
    .split(",")
    .map((type) => (type.split(";")[0] ?? "").trim().toLowerCase());
  return types.findLast((type) => /^[^\s/]+\/[^\s/]+$/.test(type) && type !== "*/*") ?? "";
}

/** The beginning of a body. */
function excerptOf(text: string, show: Show): string {
  const dense = text.slice(0, MAX_WHITE_SPACE).replace(/\s+/g, " ");
  return toOneLine(show(dense.slice(0, SEARCHED_CHARACTERS)), EXCERPT_CHARACTERS);
}

/** JSON has no `undefined`, so it can stand for text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toApiError(response: Response, text: string, show: Show, showBody: Show, call: CallContext): ApiError {
  const { status, statusText, headers } = response;
  const body = parseJson(text) as UnknownJson | null | undefined;
  const errors = readErrors(body, show);
  const excerpt = excerptOf(text, showBody);
  const type = mediaType(show(headers.get("content-type") ?? "")) || "of an unknown type";
  const inOtherBody = excerpt.trim() ? `, the body is ${type}: ${excerpt}` : " with an empty body";
  const what =
    errors.length > 0 ? `: ${errors.map(describe).join("; ")}` : (statusText && ` (${show(statusText)})`) + inOtherBody;
  const details = {
    response,
    code: readCode(body?.error?.code, show),
    errors,
    excerpt,
    retryAfterMs: parseRetryAfter(headers),
  };
  const message = toOneLine(`The API returned status ${status}${what}`, MESSAGE_CHARACTERS);
  return new ApiError(message, isTransientStatus(status), details, call);
}

function describe({ message, code, key }: ApiErrorDetail): string {
  return `${key === undefined ? "" : `${key} `}${message}${code === undefined ? "" : ` (code ${code})`}`;
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

/** Reads either of the documented error bodies, and that of OAuth; takes whatever has a message from any other body. */
function readErrors(body: UnknownJson | null | undefined, show: Show): readonly ApiErrorDetail[] {
  if (typeof body?.error === "string") {
    const description = readText(body.error_description, show);
    return [{ message: [readText(body.error, show), description].filter((text) => text !== undefined).join(": ") }];
  }
  const several = body?.error?.errors;
  const entries: unknown[] = Array.isArray(several) ? several.slice(0, MAX_ERRORS) : [body];
  return entries.flatMap((entry) => {
    const { error, meta } = (entry ?? {}) as UnknownJson;
    const message = readText(error?.message, show);
    if (message === undefined) return [];
    return withoutUndefined({ message, code: readCode(error?.code, show), key: readText(meta?.key, show) });
  });
}

function readText(text: unknown, show: Show): string | undefined {
  return typeof text === "string" ? toOneLine(show(text)) : undefined;
}

function readCode(code: unknown, show: Show): number | undefined {
  return Number.isSafeInteger(code) && show(String(code)) === String(code) ? (code as number) : undefined;
}
