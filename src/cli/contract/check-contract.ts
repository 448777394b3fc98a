import { documentedOperations } from "../../../generated/operations.js";
import { isChatClientError, type AnyChatClientError, type Fetch } from "../../index.js";
import { isTransientStatus } from "../../retry-policy.js";
import { casesFor, type ContractCase, type Target, type TokenSource } from "./cases.js";
import { claimsJson, isDocumented, judgeResponse, operationOf, readBody, statusesOf } from "./judge-response.js";
import { quote } from "../text.js";
import { recordingFetch, type RawResponse } from "./recording-fetch.js";
import type { Result } from "./report.js";
import { resultOf, type Observation } from "./results.js";
import { judgeCall, rejectedAtOnce } from "./verdict.js";

const MAX_REASON_CHARACTERS = 200;

/**
 * Makes every call of the check, one after the other, and judges every response.
 *
 * @param secrets what no report may show, besides the tokens that the server issues
 * @param send makes the requests
 * @param onCase called before each call
 */
export async function checkContract(
  target: Target,
  tokens: TokenSource,
  secrets: readonly string[],
  send: Fetch,
  onCase: (one: ContractCase) => void = () => {},
): Promise<readonly Result[]> {
  const recorder = recordingFetch(send);
  const known = new Set(secrets);
  const observations: Observation[] = [];
  let orderStatus: number | undefined;
  let isTokenMissing = false;
  const cases = casesFor(target, tokens, recorder.fetch);
  const isTokenIssued = cases.some(({ operationId }) => operationId === "generateAccessToken");
  for (const one of cases) {
    const { operationId, status } = one;
    if (one.needsToken && isTokenMissing) {
      const reason = "not sent, because there is no access token";
      observations.push({ operationId, status, outcome: "inconclusive", reason });
      continue;
    }
    onCase(one);
    const startedAt = performance.now();
    const error = await one.ask().then(() => undefined, failureOf);
    const durationMs = Math.round(performance.now() - startedAt);
    const { requests, responses } = recorder.take();
    for (const token of responses.flatMap(tokensIn)) known.add(token);

    const seen = responses.flatMap((response, index) =>
      judgeSeen(response, one, isTokenIssued, index === responses.length - 1 ? error : undefined),
    );
    const verdict = judgeCall(one, error, {
      orderStatus,
      isComplete: responses.at(-1)?.complete ?? false,
    });
    // The violations of the response itself say more than the client's error.
    const isFound = seen.some(
      (other) => other.operationId === operationId && other.status === status && other.violation,
    );
    const concluded = { operationId, status, ...verdict, attempts: requests, durationMs };
    for (const observation of isFound ? [...seen, { ...concluded, violation: undefined }] : [...seen, concluded])
      observations.push(withQuotes(observation, [...known]));
    if (operationId === "generateAccessToken") isTokenMissing = error !== undefined;
    else if (status === 200 && error?.name === "ApiError" && !error.retryable) orderStatus = error.httpStatus;
  }
  return documentedOperations.flatMap(({ operationId }) =>
    statusesOf(operationId).map((status) => resultOf(operationId, status, observations)),
  );
}

/** @throws whatever is not an error of this package, which would be a bug */
function failureOf(error: unknown): AnyChatClientError {
  if (!isChatClientError(error)) throw error;
  // If there is no token, the error of the token request says why.
  return error.name === "AccessTokenError" && isChatClientError(error.cause) ? error.cause : error;
}

/**
 * Judges a response by its own status, whichever status the call expected.
 *
 * @param error the error that the client threw for this response
 */
function judgeSeen(
  response: RawResponse,
  one: ContractCase,
  isTokenIssued: boolean,
  error: AnyChatClientError | undefined,
): readonly Observation[] {
  const { status } = response;
  const operationId = operationOf(response) ?? one.operationId;
  const row = { operationId, status };
  if (!response.complete || !isDocumented(operationId, status)) return [];
  const isTransient = isTransientStatus(status);
  if (isTransient && !claimsJson(response)) return []; // It comes from a proxy in front of the API.

  const foundBy = error?.name === "InvalidResponseError" ? (["spec", "client"] as const) : (["spec"] as const);
  const violations = judgeResponse(operationId, response).map(({ part, expected, got }): Observation => ({
    ...row,
    outcome: "violation",
    violation: { where: `${operationId} ${status}, ${part}`, expected, got, foundBy },
  }));
  if (status === 401 && isTokenIssued && one.needsToken && operationId === one.operationId)
    violations.push({ operationId, status: one.status, ...rejectedAtOnce(one) });
  if (violations.length > 0 || isTransient) return violations;
  const isAskedFor = status === one.status && operationId === one.operationId;
  return [{ ...row, outcome: "passed", reason: isAskedFor ? undefined : `seen while requesting ${one.purpose}` }];
}

/** The access token that a response issues, if it does, which no report may show. */
function tokensIn(response: RawResponse): readonly string[] {
  const { access_token: token } = Object(readBody(response)) as { access_token?: unknown };
  return typeof token === "string" ? [token] : [];
}

function withQuotes(observation: Observation, secrets: readonly string[]): Observation {
  const { reason, violation } = observation;
  return {
    ...observation,
    reason: reason && quote(reason, secrets, MAX_REASON_CHARACTERS),
    violation: violation && {
      where: quote(violation.where, secrets, MAX_REASON_CHARACTERS),
      expected: quote(violation.expected, secrets, MAX_REASON_CHARACTERS),
      got: quote(violation.got, secrets),
      foundBy: violation.foundBy,
    },
  };
}
