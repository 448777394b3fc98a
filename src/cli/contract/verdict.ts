import type { AnyChatClientError, ApiError, InvalidResponseError } from "../../index.js";
import type { ContractCase } from "./cases.js";
import { isDocumented } from "./judge-response.js";
import type { Outcome, Violation } from "./report.js";

/** What one call says about the response that it should get. Its texts may come from the server. */
export interface Verdict {
  readonly outcome: Exclude<Outcome, "not asked">;
  readonly reason?: string;
  readonly violation?: Violation;
}

/** What else a verdict depends on. */
export interface Context {
  /** The status of the documented error that the request for the order got, if any. */
  readonly orderStatus: number | undefined;
  /** Whether the client read the last response to its end. */
  readonly isComplete: boolean;
}

// The codes of zlib and of Node's HTTP parser: the body is not encoded as its header says, or the response is not HTTP.
const MALFORMED = /^(Z_|ERR_(ZLIB|BROTLI|ZSTD)_|HPE_)/;

const PASSED: Verdict = { outcome: "passed" };

/**
 * Judges a call by its result or error.
 *
 * @param error what the call threw; `undefined` if it succeeded
 */
export function judgeCall(one: ContractCase, error: AnyChatClientError | undefined, context: Context): Verdict {
  if (error === undefined) return one.status === 200 ? PASSED : unexpectedStatus(one, 200);
  if (error.name === "ApiError") return judgeApiError(one, error, context);
  if (error.name === "InvalidResponseError") return judgeInvalidResponse(one, error);
  if (error.name === "NetworkError" && MALFORMED.test(error.code ?? ""))
    return violation(one, "transfer", "must be valid HTTP that matches its own headers", error.message);
  return inconclusive(error);
}

function judgeApiError(one: ContractCase, error: ApiError, context: Context): Verdict {
  const { httpStatus: status, code, retryable } = error;
  if (status === one.status)
    return context.isComplete ? judgeCode(one, code) : inconclusive(error, "its body is longer than the client reads");
  if (retryable) return inconclusive(error);
  if (!isDocumented(one.operationId, status)) return unexpectedStatus(one, status, code);
  if (status === 401 && one.needsToken)
    return inconclusive(error, "the access token was rejected; it may have expired");
  if (one.status === 200) return inconclusive(error, "the request was rejected");
  if (status === context.orderStatus) return inconclusive(error, "it was rejected with the same status as --order");
  return unexpectedStatus(one, status, code);
}

function judgeCode(one: ContractCase, code: number | undefined): Verdict {
  if (one.code === undefined || one.code === code) return PASSED;
  return violation(one, "body /error/code", `must be ${one.code}`, code === undefined ? "none" : String(code));
}

/** The contract violation that the client found in a response that should be a success. */
function judgeInvalidResponse(one: ContractCase, { httpStatus: status, problems }: InvalidResponseError): Verdict {
  if (status !== one.status) return unexpectedStatus(one, status);
  const [{ path, message } = { path: "", message: "is invalid" }] = problems;
  return {
    outcome: "violation",
    violation: {
      where: `${one.operationId} ${status}, body${path && ` ${path}`}`,
      expected: path === "" ? "must be a body that the client can use" : message,
      got: path === "" ? `one that ${message}` : "another value",
      foundBy: ["client"],
    },
  };
}

/** A 401 for an access token that the server itself had just issued. */
export function rejectedAtOnce(one: ContractCase): Verdict {
  return violation(one, "status", `must be ${one.status}, because the access token had just been issued`, "401");
}

function unexpectedStatus(one: ContractCase, status: number, code?: number): Verdict {
  const got = code === undefined ? String(status) : `${status} with code ${code}`;
  return violation(one, "status", `must be ${one.status}`, got);
}

function violation({ operationId, status }: ContractCase, part: string, expected: string, got: string): Verdict {
  const where = `${operationId} ${status}, ${part}`;
  return { outcome: "violation", violation: { where, expected, got, foundBy: ["spec", "client"] } };
}

function inconclusive({ message, attempts }: AnyChatClientError, explanation?: string): Verdict {
  const times = attempts.length > 1 ? ` (${attempts.length} attempts)` : "";
  return {
    outcome: "inconclusive",
    reason: `${explanation === undefined ? "" : `${explanation}: `}${message}${times}`,
  };
}
