import { howSpoiled } from "./check-options.js";
import { AccessTokenError, isChatClientError, isControlFlow } from "./errors.js";
import { isErrorLike, redactError, redactor } from "./redact.js";
import { SingleFlight } from "./single-flight.js";
import { abortReason, withTimeout } from "./timers.js";
import type { CallContext } from "./types.js";

/** An access token, or a function that returns one. */
export type AccessToken = string | AccessTokenFunction;

/**
 * Returns an access token. It is called before each call, and once more if the API rejects the token with a 401. Calls
 * that share a function share the token that replaces a rejected one, so use one function for all calls of one user.
 */
export type AccessTokenFunction = (request: AccessTokenRequest) => string | Promise<string>;

/** What an `accessToken` function gets. */
export interface AccessTokenRequest {
  /** The token that the API has just rejected; return a different one. Absent when a call begins. */
  rejected?: string;
  /** Aborts once every caller waiting for this token has aborted or timed out. */
  signal: AbortSignal;
}

/** The part of a call's settings that getting a token needs. */
export interface TokenSettings {
  readonly accessToken: AccessToken;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The credentials of one call. */
export interface Credentials {
  readonly token: string;
  /** Returns the token to send instead of the one that was just rejected, or `undefined` if there is no other. */
  readonly replaceToken: () => Promise<string | undefined>;
}

export const TOKEN_RULE = "a token of printable ASCII characters, without Bearer, quotes or spaces";

// nginx, Apache and others reject a longer header line, unless they are told otherwise.
const MAX_TOKEN_LENGTH = 8192;

/** Whether a value can be sent as a bearer token. The platform's own error for one that cannot would quote it. */
export function isToken(value: unknown): value is string {
  return explainToken(value) === undefined;
}

/** Why a value is not a token; empty if the rule says enough. */
export function explainToken(value: unknown): string | undefined {
  if (typeof value !== "string") return `it is ${value === null ? "null" : typeof value}`;
  if (value.length > MAX_TOKEN_LENGTH) return `it has more than ${MAX_TOKEN_LENGTH} characters`;
  if (/^bearer\s/i.test(value)) return "it begins with Bearer: remove it";
  return howSpoiled(value) ?? (/^[!-~]+$/.test(value) ? undefined : "");
}

/** Runs a call with its credentials. @throws AccessTokenError, the reason of the caller's signal, or what `work` throws */
export type WithToken = <T>(context: CallContext, work: (credentials: Credentials) => Promise<T>) => Promise<T>;

/** A token that calls are using. It is forgotten when the last of them ends, so it never becomes stale. */
class TokenInUse {
  calls = 0;
  replacement: string | undefined;
  readonly refresh = new SingleFlight<string>();
}

// While even new tokens are rejected, refreshing and sending each call again would triple the load for nothing.
const REFRESH_PAUSE_MS = 10_000;

/** The tokens that one function has returned. One user's new token never goes with another user's call. */
class TokensOfFunction {
  readonly inUse = new Map<string, TokenInUse>();
  noRefreshUntil = 0;
}

/**
 * Keeps track of the tokens that a client's calls use. Calls whose tokens are rejected together ask for a new one once.
 * A call that is rejected late, when others already have a new token, does not ask at all, and neither does anyone for a
 * while after a new token was rejected, too.
 */
export function tokenKeeper(): (settings: TokenSettings) => WithToken {
  const tokensOf = new WeakMap<AccessTokenFunction, TokensOfFunction>();

  return (settings) => async (context, work) => {
    const { accessToken, timeoutMs } = settings;
    if (typeof accessToken === "string") {
      await undefined; // So that nothing is sent for a caller who aborts right after the call.
      context.secrets.push(accessToken);
      return work({ token: accessToken, replaceToken: async () => undefined });
    }

    const token = await getToken(settings, context, (signal) => run(accessToken, { signal }));
    const tokens = tokensOf.get(accessToken) ?? new TokensOfFunction();
    tokensOf.set(accessToken, tokens);
    const inUse = tokens.inUse.get(token) ?? new TokenInUse();
    tokens.inUse.set(token, inUse);
    inUse.calls += 1;
    let sent: string | undefined;

    const replaceToken = async () => {
      if (sent !== undefined) {
        // The replacement is rejected, too.
        if (inUse.replacement === sent) inUse.replacement = undefined;
        tokens.noRefreshUntil = performance.now() + REFRESH_PAUSE_MS;
      }
      if (performance.now() < tokens.noRefreshUntil) return undefined;
      const refresh = (signal: AbortSignal) =>
        inUse.refresh.run(timeoutMs / 2, signal, (signal) => run(accessToken, { rejected: token, signal }));
      const other = inUse.replacement ?? (await getToken(settings, context, refresh));
      if (other === token) return undefined;
      return (inUse.replacement = sent = other);
    };

    try {
      return await work({ token, replaceToken });
    } finally {
      inUse.calls -= 1;
      if (inUse.calls === 0) tokens.inUse.delete(token);
    }
  };
}

/** Waits for a token, at most `timeoutMs`. Any failure becomes this call's own error. */
async function getToken(
  { timeoutMs, signal }: TokenSettings,
  context: CallContext,
  work: (signal: AbortSignal) => Promise<string>,
): Promise<string> {
  const timeoutError = () =>
    new AccessTokenError(`The accessToken function returned no token within ${timeoutMs} ms`, true, undefined, context);
  try {
    const token = await withTimeout(timeoutMs, signal, timeoutError, work);
    context.secrets.push(token);
    return token;
  } catch (error) {
    if (signal?.aborted) throw abortReason(signal);
    throw isControlFlow(error) ? error : toAccessTokenError(error, context);
  }
}

async function run(accessToken: AccessTokenFunction, request: AccessTokenRequest): Promise<string> {
  const token: unknown = await accessToken(request);
  const problem = explainToken(token);
  if (problem === undefined) return token as string;
  const reason = problem && ` (${problem})`;
  throw new AccessTokenError(`The accessToken function must return ${TOKEN_RULE}${reason}`, false);
}

/** Always a new error: calls may share what was thrown, but each has its own attempts. */
function toAccessTokenError(error: unknown, context: CallContext): AccessTokenError {
  const redact = redactor(context.secrets);
  // This package's own errors hold no secret of their call, but the function may have put another one into them.
  const isClean = (value: unknown) =>
    isChatClientError(value) && redact(JSON.stringify(value)) === JSON.stringify(value);
  const redacted = (value: unknown) => (isClean(value) ? value : redactError(value, context.secrets));
  if (isChatClientError(error) && error.name === "AccessTokenError")
    return new AccessTokenError(redact(error.message), error.retryable, redacted(error.cause), context);
  const cause = redacted(error);
  const reason = isErrorLike(cause) ? cause.message : typeof cause === "string" ? cause : "";
  const message = `The accessToken function failed${reason && `: ${reason}`}`;
  return new AccessTokenError(message, isChatClientError(error) && error.retryable, cause, context);
}
