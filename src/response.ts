import type { Validator } from "../generated/validators.js";
import type { WholeResponse } from "./attempt.js";
import { ApiError, InvalidResponseError, type ApiErrorDetail, type ContractProblem } from "./errors.js";
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
  { response, body }: WholeResponse,
  validate: Validator<T>,
  secrets: readonly string[],
): CheckedResponse<T> | ApiError | InvalidResponseError {
  const { status } = response;
  const refuse = (...problems: ContractProblem[]) =>
    new InvalidResponseError(status, problems, redact(body.text, secrets).slice(0, EXCERPT_CHARACTERS));

  if (response.redirected || response.type === "opaqueredirect" || (status >= 300 && status < 400))
    return refuse({ path: "", message: "is a redirect" });
  if (!response.ok) return toApiError(response, body.text, secrets);
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
  return /^application\/json\s*(;|$)/i.test(response.headers.get("content-type") ?? "");
}

/** JSON has no `undefined`, so it can stand for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toApiError(response: Response, text: string, secrets: readonly string[]): ApiError {
  const { status } = response;
  const { code, errors } = readErrorBody(parseJson(text), secrets);
  const message = `The API answered with status ${status}: ${errors.map(describe).join("; ") || "no error that it documents"}`;
  return new ApiError(toOneLine(message), isRetryableStatus(status), {
    response,
    code,
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

/** Reads either of the two documented error bodies, and takes from any other what it can. */
function readErrorBody(
  body: unknown,
  secrets: readonly string[],
): { code: number | undefined; errors: readonly ApiErrorDetail[] } {
  const error = field(body, "error");
  const nested = field(error, "errors");
  const entries: unknown[] = Array.isArray(nested) ? nested : [body];
  return {
    code: readCode(error),
    errors: entries.map((entry) => readErrorDetail(entry, secrets)).filter((detail) => detail !== undefined),
  };
}

function readErrorDetail(entry: unknown, secrets: readonly string[]): ApiErrorDetail | undefined {
  const error = field(entry, "error");
  const message = field(error, "message");
  if (typeof message !== "string") return undefined;
  const key = field(field(entry, "meta"), "key");
  return withoutUndefined({
    message: redact(message, secrets),
    code: readCode(error),
    key: typeof key === "string" ? redact(key, secrets) : undefined,
  });
}

function readCode(error: unknown): number | undefined {
  const code = field(error, "code");
  return Number.isSafeInteger(code) ? Number(code) : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
