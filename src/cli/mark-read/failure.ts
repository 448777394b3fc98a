import { isChatClientError, type AnyChatClientError, type ApiError } from "../../index.js";

/** What a failed request means. */
export interface Failure {
  /** Permanent for an access token, an order, all orders of a user, or every request of the run, unless it is transient. */
  readonly kind: "transient" | "token" | "order" | "user" | "run";
  readonly isRateLimit: boolean;
  readonly retryAfterMs: number;
}

export function classify(error: unknown): Failure {
  const isTokenRequest = isChatClientError(error) && error.name === "AccessTokenError";
  const cause = isTokenRequest ? error.cause : error;
  const kind = isChatClientError(cause) ? kindOf(cause, isTokenRequest) : isTokenRequest ? "user" : "order";
  if (!isChatClientError(cause) || cause.name !== "ApiError") return { kind, isRateLimit: false, retryAfterMs: 0 };
  return { kind, isRateLimit: cause.httpStatus === 429, retryAfterMs: cause.retryAfterMs ?? 0 };
}

/** Transient are timeouts, lost connections, retryable statuses, and responses that are not the API's. */
function kindOf(error: AnyChatClientError, isTokenRequest: boolean): Failure["kind"] {
  const { name, retryable } = error;
  if (name === "TimeoutError") return "transient";
  if (name === "NetworkError") return retryable || error.attempts.at(-1)?.status !== undefined ? "transient" : "run";
  if (name === "AccessTokenError") return "user";
  if (retryable || !isFromApi(error)) return "transient";
  if (isTokenRequest) return name === "ApiError" && rejectsRun(error) ? "run" : "user";
  return error.httpStatus === 401 ? "token" : "order";
}

type ResponseError = Extract<AnyChatClientError, { readonly httpStatus: number }>;

/** The API responds with JSON. A redirect, a page, a gateway's own 403, or nothing at all comes from something in front of it. */
function isFromApi(error: ResponseError): boolean {
  const { httpStatus, excerpt, response } = error;
  if (httpStatus < 200 || (httpStatus >= 300 && httpStatus <= 399)) return false;
  if (error.name === "ApiError" && error.errors.length > 0) return true;
  if (httpStatus === 403) return false;
  if (/^\s*\[redacted\]/.test(excerpt)) return /\bjson\b/i.test(response.headers.get("content-type") ?? "");
  return /^\s*[{[]/.test(excerpt) || (httpStatus === 401 && excerpt === "");
}

// The errors of OAuth that another user would not mend.
const REJECTS_RUN = /^(invalid_client|unauthorized_client|invalid_scope|unsupported_grant_type)(:|$)/;

/** Whether the token endpoint rejected what all token requests have in common, rather than the user. */
function rejectsRun({ httpStatus, errors }: ApiError): boolean {
  const message = errors[0]?.message ?? "";
  return REJECTS_RUN.test(message) || (httpStatus === 401 && !/^invalid_grant(:|$)/.test(message));
}

// No connection came about, so the API has not seen the request. undici aborts when a proxy does not open the tunnel.
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_ABORTED)$/;

/** Whether a request that failed may have marked messages. Takes an error, or what a line of results says about it. */
export function mayHaveMarked(error: unknown): boolean {
  const { name, code, httpStatus } = Object(error) as { name?: unknown; code?: unknown; httpStatus?: unknown };
  if (name === "TimeoutError") return true;
  if (name === "NetworkError") return !NOT_SENT.test(String(code));
  if (name === "InvalidResponseError") return isChatClientError(error) && isFromApi(error as ResponseError);
  return typeof httpStatus === "number" && httpStatus >= 500;
}
