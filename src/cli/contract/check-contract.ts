import { documentedOperations } from "../../../generated/operations.js";
import { isChatClientError, type AnyChatClientError } from "../../index.js";
import { quote } from "../text.js";
import type { ContractCase } from "./cases.js";
import { judgeCalls, type Sighting } from "./judge-calls.js";
import { judgeResponse, statusesOf } from "./judge-response.js";
import type { Recorder } from "./recording-fetch.js";
import { resultOf, type Observation, type Result, type Violation } from "./report.js";

/**
 * Makes every call, one after the other, and judges every response.
 *
 * @param secrets what no result may show, besides the tokens that the server issues
 */
export async function checkContract(
  cases: readonly ContractCase[],
  recorder: Recorder,
  secrets: readonly string[],
  tell: (text: string) => void,
): Promise<readonly Result[]> {
  const sightings: Sighting[] = [];
  for (const one of cases) {
    const isTokenMissing = sightings.some(({ one, error }) => one.operationId === "generateAccessToken" && error);
    const isSent = !(one.needsToken && isTokenMissing);
    if (isSent) tell(`calling ${one.operationId} for ${one.purpose}`);
    sightings.push(isSent ? await see(one, recorder) : { one, responses: [] });
  }
  const tokens = sightings.flatMap(({ responses }) => responses.map(({ token }) => token));
  const known = [...secrets, ...tokens.filter((token) => typeof token === "string")];
  const observations = judgeCalls(sightings).map((observation) => withQuotes(observation, known));
  return documentedOperations.flatMap(({ operationId }) =>
    statusesOf(operationId).map((status) => resultOf(operationId, status, observations)),
  );
}

/** Makes one call, and returns what it saw. */
async function see(one: ContractCase, recorder: Recorder): Promise<Sighting> {
  const startedAt = performance.now();
  const error = await one.run().then(() => undefined, failureOf);
  const durationMs = Math.round(performance.now() - startedAt);
  return { one, error, responses: recorder.take().map(judgeResponse), durationMs };
}

/** @throws whatever is not an error of this package, which would be a bug */
function failureOf(error: unknown): AnyChatClientError {
  if (!isChatClientError(error)) throw error;
  // If there is no token, the error of the token request says why.
  return error.name === "AccessTokenError" && isChatClientError(error.cause) ? error.cause : error;
}

function withQuotes({ reason, violations = [], ...row }: Observation, secrets: readonly string[]): Observation {
  const long = (text: string) => quote(text, secrets, 200);
  const safe = ({ where, expected, got }: Violation) => ({
    where: long(where),
    expected: long(expected),
    got: quote(got, secrets),
  });
  return { ...row, reason: reason && long(reason), violations: violations.map(safe) };
}
