import type { Validator } from "../generated/validators.js";
import { JSON_TYPE } from "./api.js";
import { ApiError, InvalidResponseError, withoutUndefined, type ApiErrorDetail } from "./errors.js";
import { redact, toOneLine } from "./redact.js";
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
// Of a body, a message shows a part of its beginning, and a longer part is searched for secrets: one that begins in the
// former ends in the latter.
const SHOWN_CHARACTERS = 2 * 1024;
const SEARCHED_CHARACTERS = 64 * 1024;

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
  if (!isRedirect && (status < 200 || status > 299)) return { error: toApiError(response, body, shown, call) };

  const data = parseJson(body.text);
  const problem = isRedirect ? describeRedirect(response, shown) : describeSuccess(response, body, data, shown);
  if (!problem && validate(data)) return { data };
  const problems = problem
    ? [{ path: "", message: toOneLine(problem, MESSAGE_CHARACTERS) }]
    : (validate.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message }));
  return { error: new InvalidResponseError(response, problems, shown.excerpt(), call) };
}

/** What messages may show of a response: each part without secrets. */
interface ShownParts {
  readonly url: () => string;
  readonly statusText: () => string;
  readonly header: (name: string) => string;
  readonly excerpt: () => string;
  /** A text, or a code, of an error in the body. */
  readonly member: (value: string) => string;
}

/** The door through which a server's text enters. Messages show nothing of a response that did not pass here. */
function shownParts(response: Response, { text }: ReadBody, secrets: readonly string[]): ShownParts {
  const show = (text: string) => redact(text, secrets);
  return {
    url: () => show(response.url),
    statusText: () => show(response.statusText),
    header: (name) => show(response.headers.get(name) ?? ""),
    member: (value) => toOneLine(show(value)),
    excerpt() {
      const searched = text.slice(0, SEARCHED_CHARACTERS);
      const shown = show(searched);
      // Where secrets were replaced, what follows has moved forward, perhaps the beginning of one that is cut.
      const isShort = searched.length < SEARCHED_CHARACTERS || shown === searched;
      return toOneLine(isShort ? shown.slice(0, SHOWN_CHARACTERS) : "[redacted]", EXCERPT_CHARACTERS);
    },
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

function toApiError(response: Response, { text }: ReadBody, shown: ShownParts, call: CallContext): ApiError {
  const { status } = response;
  const body = parseJson(text) as ErrorJson;
  const errors = readErrors(body, shown);
  const excerpt = shown.excerpt();
  const what = errors.length > 0 ? `: ${errors.map(describe).join("; ")}` : describeBody(shown, excerpt);
  const details = {
    response,
    code: readCode(body?.error?.code, shown),
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
function readErrors(body: ErrorJson, shown: ShownParts): readonly ApiErrorDetail[] {
  if (typeof body?.error === "string") {
    const { error, error_description: description } = body;
    const [what, why] = [shown.member(error), readText(description, shown)];
    return [{ message: why === undefined ? what : `${what}: ${why}` }];
  }
  const several = body?.error?.errors;
  const entries: unknown[] = Array.isArray(several) ? several.slice(0, MAX_ERRORS) : [body];
  return entries.flatMap((entry) => {
    const { error, meta } = (entry ?? {}) as UnknownJson;
    const message = readText(error?.message, shown);
    if (message === undefined) return [];
    return withoutUndefined({ message, code: readCode(error?.code, shown), key: readText(meta?.key, shown) });
  });
}

function readText(text: unknown, shown: ShownParts): string | undefined {
  return typeof text === "string" ? shown.member(text) : undefined;
}

function readCode(code: unknown, shown: ShownParts): number | undefined {
  return Number.isSafeInteger(code) && shown.member(String(code)) === String(code) ? (code as number) : undefined;
}
