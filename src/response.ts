import type { Validator } from "../generated/validators.js";
import type { WholeResponse } from "./attempt.js";
import { ApiError, InvalidResponseError, type ApiErrorDetail, type ContractProblem } from "./errors.js";
import { parseRetryAfter } from "./retry-after.js";
import { redact } from "./secrets.js";
import { withoutUndefined } from "./without-undefined.js";

const RETRYABLE_STATUSES = [408, 429, 500, 502, 503, 504];
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
 * @param token is kept out of the errors, in case that the server echoes it
 */
export function checkResponse<T>(
  { response, body }: WholeResponse,
  validate: Validator<T>,
  token: string,
): CheckedResponse<T> | ApiError | InvalidResponseError {
  const { status } = response;
  const refuse = (...problems: ContractProblem[]) =>
    new InvalidResponseError(status, problems, redact(body.text.slice(0, EXCERPT_CHARACTERS), token));

  if (response.redirected || response.type === "opaqueredirect" || (status >= 300 && status < 400))
    return refuse({ path: "", message: "is a redirect" });
  if (!response.ok) return toApiError(response, body.text, token);
  if (status !== 200) return refuse({ path: "", message: "is a success that is not documented" });
  if (!body.complete) return refuse({ path: "", message: "is larger than 1 MiB" });
  if (body.text.trim() === "") return refuse({ path: "", message: "is empty" });
  if (!isJson(response)) return refuse({ path: "", message: "is not declared as application/json" });

  const data = parseJson(body.text);
  if (data === undefined) return refuse({ path: "", message: "is not JSON, or cut off" });
  if (validate(data)) return { data, response };
  return refuse(...(validate.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message })));
}

function isJson(response: Response): boolean {
  return /^application\/json\s*(;|$)/i.test(response.headers.get("content-type")?.trim() ?? "");
}

/** JSON has no `undefined`, so it can stand for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toApiError(response: Response, text: string, token: string): ApiError {
  const { status } = response;
  const { code, errors } = readErrorBody(parseJson(text), token);
  const message = `The API answered with status ${status}: ${errors.map(describe).join("; ") || "no error that it documents"}`;
  return new ApiError(message, RETRYABLE_STATUSES.includes(status), {
    response,
    code,
    errors,
    retryAfterMs: parseRetryAfter(response.headers),
  });
}

function describe({ message, code, key }: ApiErrorDetail): string {
  return `${key === undefined ? "" : `${key} `}${message}${code === undefined ? "" : ` (code ${code})`}`;
}

/** Reads either of the two documented error bodies, and takes from any other what it can. */
function readErrorBody(body: unknown, token: string): { code: number | undefined; errors: readonly ApiErrorDetail[] } {
  const error = field(body, "error");
  const code = field(error, "code");
  const nested = field(error, "errors");
  const entries: unknown[] = Array.isArray(nested) ? nested : [body];
  return {
    code: typeof code === "number" ? code : undefined,
    errors: entries.map((entry) => readErrorDetail(entry, token)).filter((detail) => detail !== undefined),
  };
}

function readErrorDetail(entry: unknown, token: string): ApiErrorDetail | undefined {
  const error = field(entry, "error");
  const message = field(error, "message");
  if (typeof message !== "string") return undefined;
  const code = field(error, "code");
  const key = field(field(entry, "meta"), "key");
  return withoutUndefined({
    message: redact(message, token),
    code: typeof code === "number" ? code : undefined,
    key: typeof key === "string" ? redact(key, token) : undefined,
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
