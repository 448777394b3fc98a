import type { Validator } from "../generated/validators.js";
import { JSON_TYPE } from "./api.js";
import { ApiError, InvalidResponseError, withoutUndefined, type ApiErrorDetail } from "./errors.js";
import { redact, redactCut, toOneLine } from "./redact.js";
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
const SHOWN_CHARACTERS = 64 * 1024; // What is searched for secrets of a success's body, of which only an excerpt is shown.

/**
 * Checks a response against the contract.
 *
 * @param validate checks the body of a 200
 * @returns the data of a 200 with a valid body, or the error that the response means
 */
export function checkResponse<T>(
  response: Response,
  body: ReadBody,
  validate: Validator<T>,
  call: CallContext,
): { data: T; error?: undefined } | { data?: undefined; error: ApiError | InvalidResponseError } {
  const { status } = response;
  const shown = shownParts(response, body, call.secrets);
  const isRedirect = response.redirected || response.type === "opaqueredirect" || (status >= 300 && status < 400);
  if (!isRedirect && (status < 200 || status > 299)) return { error: toApiError(response, shown, call) };

  const data = parseJson(body.text);
  const problem = isRedirect ? describeRedirect(response, shown) : describeSuccess(response, body, data, shown);
  if (!problem && validate(data)) return { data };
  const problems = problem
    ? [{ path: "", message: toOneLine(problem, MESSAGE_CHARACTERS) }]
    : (validate.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message }));
  return { error: new InvalidResponseError(response, problems, excerptOf(shown.body()), call) };
}

/** What messages may show of a response: each part without secrets, and not cut yet. */
interface ShownParts {
  readonly url: () => string;
  readonly statusText: () => string;
  readonly header: (name: string) => string;
  readonly body: () => string;
}

/** The door through which a server's text enters. Messages show nothing of a response that did not pass here. */
function shownParts(response: Response, { text, isComplete }: ReadBody, secrets: readonly string[]): ShownParts {
  const isCut = !isComplete || text.length > SHOWN_CHARACTERS;
  return {
    url: () => redact(response.url, secrets),
    statusText: () => redact(response.statusText, secrets),
    header: (name) => redact(response.headers.get(name) ?? "", secrets),
    body: () => (isCut ? redactCut(text.slice(0, SHOWN_CHARACTERS), secrets) : redact(text, secrets)),
  };
}

function describeRedirect({ redirected }: Response, shown: ShownParts): string {
  const target = redirected ? shown.url() : shown.header("location");
  return `is a redirect${target ? ` to ${target}` : ""}`;
}

/** What is invalid about a success as a whole, before its body is checked. */
function describeSuccess(
  { status, headers }: Response,
  { text, isComplete }: ReadBody,
  data: unknown,
  shown: ShownParts,
): string | undefined {
  if (status !== 200) return "is a success that the spec does not have";
  if (!isComplete) return "is larger than 1 MiB";
  if (!text.trim()) return "is empty";
  if (mediaType(headers.get("content-type") ?? "") !== JSON_TYPE)
    return `has the content type ${mediaType(shown.header("content-type")) || "(none)"}, not ${JSON_TYPE}`;
  return data === undefined ? "is not JSON, or is cut off" : undefined;
}

/** The type without its parameters. Of a header that was sent more than once, the last valid type counts, as in `fetch`. */
function mediaType(contentType: string): string {
  if (contentType === JSON_TYPE) return contentType; // The usual one, which takes no time.
  const types = contentType
    .replace(/"(?:[^"\\]|\\[^]?)*"?/g, "") // The values of parameters may have commas.
    .split(",")
    .map((type) => (type.split(";")[0] ?? "").trim().toLowerCase());
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

function toApiError(response: Response, shown: ShownParts, call: CallContext): ApiError {
  const { status } = response;
  const text = shown.body();
  const body = parseJson(text) as ErrorJson;
  const errors = readErrors(body);
  const excerpt = excerptOf(text);
  const what = errors.length > 0 ? `: ${errors.map(describe).join("; ")}` : describeBody(shown, excerpt);
  const details = {
    response,
    code: readCode(body?.error?.code),
    errors,
    excerpt,
    retryAfterMs: parseRetryAfter(response.headers),
  };
  const message = toOneLine(`The API returned status ${status}${what}`, MESSAGE_CHARACTERS);
  return new ApiError(message, isTransientStatus(status), details, call);
}

function describe({ message, code, key }: ApiErrorDetail): string {
  return `${key === undefined ? "" : `${key} `}${message}${code === undefined ? "" : ` (code ${code})`}`;
}

/** Describes a body that is not one of the API's error bodies. */
function describeBody(shown: ShownParts, excerpt: string): string {
  const statusText = shown.statusText();
  const reason = statusText ? ` (${statusText})` : "";
  if (!excerpt.trim()) return `${reason} with an empty body`;
  return `${reason}, the body is ${mediaType(shown.header("content-type")) || "of an unknown type"}: ${excerpt}`;
}

function excerptOf(text: string): string {
  return toOneLine(text, EXCERPT_CHARACTERS);
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
    return [{ message: toOneLine(typeof description === "string" ? `${error as string}: ${description}` : error) }];
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
  return typeof text === "string" ? toOneLine(text) : undefined;
}

function readCode(code: unknown): number | undefined {
  return Number.isSafeInteger(code) ? (code as number) : undefined;
}
