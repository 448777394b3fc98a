import { AccessTokenError, isChatClientError } from "./errors.js";
import { redact, withoutSecrets } from "./secrets.js";
import { withTimeLimit } from "./time-limit.js";
import { withoutUndefined } from "./without-undefined.js";

/** An access token, or a function that gives one. */
export type AccessToken = string | AccessTokenFunction;

/**
 * Gives an access token. It is asked before each call, and once more when the API refuses the token with a 401. Calls
 * with the same function whose tokens are refused together ask it once, so give all calls of one user the same function.
 */
export type AccessTokenFunction = (request: AccessTokenRequest) => string | Promise<string>;

/** What an `accessToken` function is told. */
export interface AccessTokenRequest {
  /** The token that the API has just refused; a different one is wanted. Absent when a call begins. */
  rejected?: string;
  /** Aborts when nobody waits for the token any longer: the callers have aborted, or their `timeoutMs` have passed. */
  signal: AbortSignal;
}

/** The part of a call's settings that getting a token needs. */
export interface TokenSettings {
  readonly accessToken: AccessToken;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export const TOKEN_RULE = "the access token, as printable ASCII characters without spaces (and without Bearer)";

/** Whether a value can be sent as a bearer token. The platform's own error for one that cannot would quote it. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[!-~]+$/.test(value);
}

/** Asks a function for a token that can be sent. */
export async function ask(
  accessToken: AccessTokenFunction,
  rejected: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const token: unknown = await accessToken(withoutUndefined({ rejected, signal }));
  if (!isToken(token)) throw new AccessTokenError(`The accessToken function must give ${TOKEN_RULE}`, false);
  return token;
}

/** Waits for a token as long as a call may; whatever fails is this call's own error. */
export async function waitForToken(
  { timeoutMs, signal }: TokenSettings,
  secrets: readonly string[],
  work: (signal: AbortSignal) => Promise<string>,
): Promise<string> {
  const tookTooLong = () => new AccessTokenError(`The accessToken function gave no token within ${timeoutMs} ms`, true);
  try {
    return await withTimeLimit(timeoutMs, signal, tookTooLong, work);
  } catch (error) {
    throw signal?.aborted ? signal.reason : toAccessTokenError(error, secrets);
  }
}

/** Always a new error, since each call puts its own attempts on it, while calls may share what was thrown. */
function toAccessTokenError(error: unknown, secrets: readonly string[]): AccessTokenError {
  const isOurs = isChatClientError(error);
  if (isOurs && error.name === "AccessTokenError")
    return new AccessTokenError(redact(error.message, secrets), error.retryable, withoutSecrets(error.cause, secrets));
  return new AccessTokenError(
    "The accessToken function failed",
    isOurs && error.retryable,
    withoutSecrets(error, secrets),
  );
}
