import { isChatClientError, type AnyChatClientError, type ApiError } from "../../index.js";

/** It may pass: a timeout, a lost connection, a retryable status, or a response that is not the API's. */
export interface TransientFailure {
  readonly kind: "transient";
  readonly isRateLimit: boolean;
  readonly retryAfterMs: number;
}

/** What a failed request means. */
export type Failure =
  | TransientFailure
  /** The API rejected the access token. */
  | { readonly kind: "unauthorized" }
  /** It is permanent, for this order, for all orders of its user, or for every request of the run. */
  | { readonly kind: "order" | "user" | "run" };

export function classify(error: unknown): Failure {
  if (!isChatClientError(error)) return { kind: "order" };
  const isTokenRequest = error.name === "AccessTokenError";
  const cause = isTokenRequest ? error.cause : error;
  if (!isChatClientError(cause)) return { kind: "user" };
  switch (cause.name) {
    case "TimeoutError":
      return { kind: "transient", isRateLimit: false, retryAfterMs: 0 };
    case "NetworkError":
      return cause.retryable || cause.attempts.at(-1)?.status !== undefined
        ? { kind: "transient", isRateLimit: false, retryAfterMs: 0 }
        : { kind: "run" };
    case "ApiError":
      if (cause.retryable || !isFromApi(cause, isTokenRequest))
        return { kind: "transient", isRateLimit: cause.httpStatus === 429, retryAfterMs: cause.retryAfterMs ?? 0 };
      if (isTokenRequest) return { kind: rejectsRun(cause) ? "run" : "user" };
      return { kind: cause.httpStatus === 401 ? "unauthorized" : "order" };
    case "InvalidResponseError":
      if (!isFromApi(cause, isTokenRequest)) return { kind: "transient", isRateLimit: false, retryAfterMs: 0 };
      return { kind: isTokenRequest ? "user" : "order" };
    default:
      return { kind: "user" };
  }
}

type ResponseError = Extract<AnyChatClientError, { readonly httpStatus: number }>;

/** The API responds with JSON. A redirect, a page, or nothing at all comes from something in front of it. */
function isFromApi(error: ResponseError, isTokenRequest: boolean): boolean {
  const { httpStatus, excerpt, response } = error;
  if (httpStatus < 200 || (httpStatus >= 300 && httpStatus <= 399)) return false;
  // The excerpt of a token response is withheld, since it may hold a token; that of another one may be a secret.
  if ((isTokenRequest && error.name === "InvalidResponseError") || /^\s*\[redacted\]/.test(excerpt))
    return /\bjson\b/i.test(response.headers.get("content-type") ?? "");
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
const NOT_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"];
const NO_TUNNEL = "UND_ERR_ABORTED";

/**
 * Whether a request that failed may have marked messages: its response was lost or unusable, or was a 5xx.
 *
 * @param error an error, or what a line of results says about it
 */
export function mayHaveMarked(error: unknown): boolean {
  const { name, code, httpStatus } = Object(error) as { name?: unknown; code?: unknown; httpStatus?: unknown };
  if (name === "TimeoutError") return true;
  if (name === "NetworkError") return ![...NOT_SENT, NO_TUNNEL].includes(String(code));
  if (name === "InvalidResponseError") return isChatClientError(error) && isFromApi(error as ResponseError, false);
  return typeof httpStatus === "number" && httpStatus >= 500;
}
