import { AccessTokenError, isChatClientError } from "./errors.js";
import { withoutSecret } from "./secrets.js";
import { withTimeLimit } from "./time-limit.js";
import { withoutUndefined } from "./without-undefined.js";

/** An access token, or a function that gives one. */
export type AccessToken = string | AccessTokenFunction;

/** Gives an access token. It is asked before each call, and once more when the API refuses the token with a 401. */
export type AccessTokenFunction = (request: AccessTokenRequest) => string | Promise<string>;

/** What an `accessToken` function is told. */
export interface AccessTokenRequest {
  /** The token that the API has just refused; a different one is wanted. Absent when a call begins. */
  rejected?: string;
  /** Aborts when nobody waits for the token any longer: the caller has aborted, or `timeoutMs` have passed. */
  signal: AbortSignal;
}

export const TOKEN_RULE = "the access token, as printable ASCII characters without spaces (and without Bearer)";

/** Whether a value can be sent as a bearer token. The platform's own error for one that cannot would quote it. */
export function isToken(value: unknown): value is string {
  return typeof value === "string" && /^[!-~]+$/.test(value);
}

/** The part of a call's settings that getting a token needs. */
export interface TokenSettings {
  readonly accessToken: AccessToken;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * The token that a call begins with.
 *
 * @throws AccessTokenError, or the reason of the caller's signal
 */
export async function getAccessToken({ accessToken, timeoutMs, signal }: TokenSettings): Promise<string> {
  if (typeof accessToken === "string") return accessToken;
  try {
    return await ask(accessToken, undefined, timeoutMs, signal);
  } catch (error) {
    throw signal?.aborted ? signal.reason : toAccessTokenError(error, undefined);
  }
}

/**
 * Remembers for each refused token what took its place, so that calls refused together ask for a new token once, and a
 * call refused late does not ask at all. Keyed by the refused token, it never hands one user's token to another's call.
 */
export class TokenReplacements {
  readonly #replacements = new Map<string, Promise<string>>();

  /**
   * The token to send instead of a refused one.
   *
   * @returns `undefined` when there is no other
   * @throws AccessTokenError, or the reason of the caller's signal
   */
  async replace(rejected: string, { accessToken, timeoutMs, signal }: TokenSettings): Promise<string | undefined> {
    if (typeof accessToken === "string") return undefined;
    let replacement = this.#replacements.get(rejected);
    if (!replacement) {
      // Without the caller's signal: others may come to wait for the same token.
      replacement = ask(accessToken, rejected, timeoutMs, undefined);
      this.#remember(rejected, replacement);
    }
    const shared = replacement;
    try {
      const token = await withTimeLimit(
        timeoutMs,
        signal,
        () => tookTooLong(timeoutMs),
        () => shared,
      );
      return token === rejected ? undefined : token;
    } catch (error) {
      throw signal?.aborted ? signal.reason : toAccessTokenError(error, rejected);
    }
  }

  /** Forgets a replacement that was refused in its turn. */
  forget(rejected: string): void {
    this.#replacements.delete(rejected);
  }

  #remember(rejected: string, replacement: Promise<string>): void {
    this.#replacements.set(rejected, replacement);
    const forget = () => {
      if (this.#replacements.get(rejected) === replacement) this.forget(rejected);
    };
    replacement.then((token) => token === rejected && forget(), forget);
    const [oldest] = this.#replacements.keys();
    if (this.#replacements.size > MAX_REPLACEMENTS && oldest !== undefined) this.forget(oldest);
  }
}

const MAX_REPLACEMENTS = 1000; // Tokens of as many users; each lives for 24 hours.

async function ask(
  accessToken: AccessTokenFunction,
  rejected: string | undefined,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const token: unknown = await withTimeLimit(
    timeoutMs,
    signal,
    () => tookTooLong(timeoutMs),
    async (limit) => accessToken(withoutUndefined({ rejected, signal: limit })),
  );
  if (!isToken(token)) throw new AccessTokenError(`The accessToken function must give ${TOKEN_RULE}`, false);
  return token;
}

function tookTooLong(timeoutMs: number): AccessTokenError {
  return new AccessTokenError(`The accessToken function gave no token within ${timeoutMs} ms`, true);
}

/** Always a new error, since each call puts its own attempts on it, while calls may share what was thrown. */
function toAccessTokenError(error: unknown, rejected: string | undefined): AccessTokenError {
  if (!isChatClientError(error))
    return new AccessTokenError("The accessToken function failed", false, withoutSecret(error, rejected));
  if (error.name === "AccessTokenError") return new AccessTokenError(error.message, error.retryable, error.cause);
  return new AccessTokenError("The accessToken function failed", error.retryable, error);
}
