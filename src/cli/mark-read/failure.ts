import { isChatClientError, type AnyChatClientError } from "../../index.js";
import { UsageError } from "../usage-error.js";
import type { Setback } from "./gate.js";

/** What a failure means for the other order ids. */
export type Failure =
  /** It concerns only this order id or this user. */
  | { readonly concerns: "order" }
  /** Every other request would fail, too. */
  | { readonly concerns: "run" }
  /** It is transient. */
  | { readonly concerns: "moment"; readonly setback: Setback; readonly status: number | undefined };

/** @param hasOwnUser whether the order id came with a user, whose token it needs */
export function classifyFailure(error: unknown, hasOwnUser: boolean): Failure {
  if (error instanceof UsageError) return { concerns: "run" };
  if (!isChatClientError(error)) return { concerns: "order" };
  const cause = error.name === "AccessTokenError" && isChatClientError(error.cause) ? error.cause : error;
  if (error.retryable) {
    const { httpStatus: status, retryAfterMs } = cause.name === "ApiError" ? cause : {};
    return {
      concerns: "moment",
      status,
      setback: { error, retryAfterMs, isOverload: status === 429 || status === 503 },
    };
  }
  const hasNoResponse = cause.name === "NetworkError" && cause.attempts.at(-1)?.status === undefined;
  if (hasNoResponse) return { concerns: "run" };
  if (error.name === "AccessTokenError") return { concerns: hasOwnUser && !rejectsClient(cause) ? "order" : "run" };
  return { concerns: error.name === "ApiError" && error.httpStatus === 401 && !hasOwnUser ? "run" : "order" };
}

/** Whether the token endpoint rejected the client credentials, rather than the user. */
function rejectsClient(cause: AnyChatClientError): boolean {
  if (cause.name !== "ApiError") return false;
  return cause.httpStatus === 401 || /"(invalid|unauthorized)_client"/.test(cause.excerpt);
}
