import type { AnyChatClientError } from "../../index.js";
import type { ContractCase } from "./cases.js";
import { statusesOf, type JudgedResponse } from "./judge-response.js";
import type { Observation } from "./report.js";

/** What one call saw. */
export interface Sighting {
  readonly one: ContractCase;
  /** What the call threw, if it failed. */
  readonly error?: AnyChatClientError | undefined;
  /** Oldest first. None if the call was not made, for want of an access token. */
  readonly responses: readonly JudgedResponse[];
  readonly durationMs?: number | undefined;
}

/** What the whole run tells about a single response. */
interface Run {
  /** The responses that the calls ended with, but for the token request. */
  readonly last: readonly JudgedResponse[];
  /** That to the request for the order. */
  readonly order: JudgedResponse | undefined;
  /** Whether the access token comes from the server. */
  readonly issuesTokens: boolean;
  readonly isOrderServed: boolean;
  readonly isApiSeen: boolean;
}

type Verdict = Pick<Observation, "outcome" | "reason" | "violations" | "furtherViolations">;

// The codes of zlib and of Node's HTTP parser: the body is not encoded as its header says, or the response is not HTTP.
const MALFORMED = /^(Z_|ERR_(ZLIB|BROTLI|ZSTD)_|HPE_)/;

/** Judges all calls of a run together, since a single response does not tell whether the API sent it. */
export function judgeCalls(sightings: readonly Sighting[]): readonly Observation[] {
  const calls = sightings.filter(({ one }) => one.operationId === "markMessagesAsRead");
  const [order] = calls.filter(({ one }) => one.status === 200).map(lastOf);
  const last = calls.flatMap((call) => lastOf(call) ?? []);
  // Where something in front of the API is in trouble, a token does not show that the API responded to anything else.
  const isInTrouble = last.some(({ status }) => status === 403 || isTransient(status));
  const seen = isInTrouble ? last : sightings.flatMap((call) => lastOf(call) ?? []);
  const isOrderServed = order?.status === 200 && order.isJson;
  const isApiSeen = isOrderServed || seen.some((one) => one.isDocumented && !isTransient(one.status));
  const run = { last, order, isOrderServed, isApiSeen, issuesTokens: calls.length < sightings.length };
  return sightings.flatMap((call) => {
    const { one, responses, durationMs = 0 } = call;
    const { operationId, status } = one;
    const seen = responses.flatMap((response) => judgeSeen(response, call, run));
    const own = seen.filter((row) => row.operationId === operationId && row.status === status);
    // The violations of the response itself say more than the client's error.
    const isViolated = own.some(({ outcome }) => outcome === "violation");
    const verdict: Verdict = isViolated ? { outcome: "violation" } : judgeCall(call, run);
    return [...seen, { operationId, status, ...verdict, durationMs }];
  });
}

/** The response that a call ended with, if it got one: that of its error, which may be about the access token. */
function lastOf({ one, error, responses }: Sighting): JudgedResponse | undefined {
  const { operationId } = error ?? one;
  return responses.findLast((response) => response.operationId === operationId);
}

/** Judges a response by its own status, whichever status the call expected. */
function judgeSeen(response: JudgedResponse, { one }: Sighting, run: Run): readonly Observation[] {
  const { operationId, status, isComplete, violations, furtherViolations } = response;
  const isUndocumented = !statusesOf(operationId).includes(status);
  if (!isComplete || isUndocumented || isTransient(status) || isInFront(response, one, run)) return [];
  const reason = status === one.status ? undefined : `seen while requesting ${one.purpose}`;
  const outcome = violations.length > 0 ? "violation" : "passed";
  const seen = { operationId, status, outcome, reason, violations, furtherViolations } as const;
  const isRejected = status === 401 && run.issuesTokens && one.needsToken && operationId === one.operationId;
  const expected = `must be ${one.status}, because the access token had just been issued`;
  const rejected = { operationId, status: one.status, ...violation(one, "status", expected, "401") };
  return isRejected ? [seen, rejected] : [seen];
}

/** Judges a call by its result or error. */
function judgeCall(call: Sighting, run: Run): Verdict {
  const { one, error } = call;
  const response = lastOf(call);
  const count = error?.attempts.length ?? 0;
  const times = count > 1 ? ` (${count} attempts)` : "";
  const inconclusive = (why: string): Verdict => ({ outcome: "inconclusive", reason: `${why}${times}` });
  if (!error && !response) return inconclusive("not sent, because there is no access token");
  const mustBe = `must be ${one.status}`;
  if (!error) return one.status === 200 ? { outcome: "passed" } : violation(one, "status", mustBe, "200");
  const { message } = error;
  if (error.name === "NetworkError" && MALFORMED.test(error.code ?? "") && run.last.length > 0)
    return violation(one, "transfer", "must be valid HTTP that matches its own headers", message);
  if (!response || (error.name !== "ApiError" && error.name !== "InvalidResponseError")) return inconclusive(message);
  if (response.operationId !== one.operationId) return inconclusive(`there is no access token: ${message}`);
  if (isInFront(response, one, run)) return inconclusive(describeFront(response));
  const { status, headers, isComplete } = response;
  const code = error.name === "ApiError" ? error.code : undefined;
  if (status === one.status) {
    if (error.name === "InvalidResponseError") {
      const [{ path, message: problem } = { path: "", message }] = error.problems; // Only the client finds it.
      return violation(one, `body ${path}`.trim(), "must be one that the client can use", `one that ${problem}`);
    }
    if (!isComplete) return inconclusive(`its body is longer than the client reads: ${message}`);
    if (one.code === undefined || one.code === code) return { outcome: "passed" };
    return violation(one, "body /error/code", `must be ${one.code}`, String(code ?? "none"));
  }
  if (isTransient(status)) return inconclusive(message);
  if (statusesOf(one.operationId).includes(status)) {
    if (status === 401 && one.needsToken)
      return inconclusive(`the access token was rejected; it may have expired: ${message}`);
    if (one.status === 200) return inconclusive(`the request was rejected: ${message}`);
    if (status === run.order?.status)
      return inconclusive(`it was rejected with the same status as --order: ${message}`);
  }
  const details = [status, code && `with code ${code}`, targetOf(headers)];
  return violation(one, "status", mustBe, details.filter(Boolean).join(" "));
}

function violation({ operationId, status }: ContractCase, part: string, expected: string, got: string): Verdict {
  return { outcome: "violation", violations: [{ where: `${operationId} ${status}, ${part}`, expected, got }] };
}

function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Whether something in front of the API sent a response, such as a firewall, as far as can be told: it is not one that the
 * API documents, and the run does not show that the API would send it.
 */
function isInFront({ status, isJson, isDocumented }: JudgedResponse, one: ContractCase, run: Run): boolean {
  if (isDocumented) return false;
  if (status === 403 || status === 407 || isTransient(status)) return true;
  if (isJson && status < 300) return false;
  if (run.last.every((other) => other.status === status && !other.isDocumented)) return true;
  return status >= 400 && !(isJson ? run.isApiSeen : status === one.status && run.isOrderServed);
}

/** Says what a response that is not the API's looks like. */
function describeFront({ status, headers, isJson }: JudgedResponse): string {
  const server = headers.get("server");
  const type = headers.get("content-type") ?? "no content type";
  const details = [`status ${status}`, type, server && `server ${server}`, targetOf(headers)].filter(Boolean);
  return `this is not the API's response; it looks like ${looksOf(status, isJson)} (${details.join(", ")})`;
}

function looksOf(status: number, isJson: boolean): string {
  if (status < 300) return "a captive portal, a maintenance page, or another server: check the base URL";
  if (status < 400 || status === 511) return "a captive portal, a login page, or another server: check the base URL";
  if (status === 401 || status === 407) return "a gateway or proxy that wants credentials of its own";
  if (status === 403) return isJson ? "a gateway with rules of its own" : "a firewall";
  if (status === 408 || status === 429) return "a gateway with limits of its own";
  if (status === 502 || status === 504 || status >= 520) return "a gateway that does not reach the API";
  return status >= 500 ? "maintenance or an outage" : "another server: check the base URL";
}

function targetOf(headers: JudgedResponse["headers"]): string | null {
  const target = headers.get("location");
  return target && `to ${target}`;
}
