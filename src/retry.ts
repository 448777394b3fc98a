import type { Validator } from "../generated/validators.js";
import { attempt, type Attempt, type AttemptSettings, type Exchange } from "./attempt.js";
import { delay } from "./delay.js";
import { isErrorLike } from "./error-like.js";
import { ChatClientError } from "./errors.js";
import type { PlainRequest } from "./request.js";
import { checkResponse, type CheckedResponse } from "./response.js";
import { parseRetryAfter } from "./retry-after.js";
import { withoutUndefined } from "./without-undefined.js";

/** A successful call. */
export interface Answer<T> extends CheckedResponse<T> {
  /**
   * The attempts that were made, oldest first. After more than one, a count in the answer covers only what the earlier
   * ones, whose answers were lost, had left.
   */
  readonly attempts: readonly Attempt[];
}

/** What a request proves its sender with. */
export interface Credentials {
  /** The token to send. */
  readonly token?: string;
  /** What must not get into errors: the token, and whatever else of the request is secret. */
  readonly secrets: readonly string[];
  /** Gives the token to send instead of the one that was just refused, or `undefined` when there is no other. */
  readonly replace?: () => Promise<string | undefined>;
}

/** The part of a call's settings that its attempts and the waits between them need. */
export interface RetrySettings extends AttemptSettings {
  readonly maxRetries: number;
  readonly maxRetryDelayMs: number;
  readonly onAttempt?: (attempt: Attempt) => void;
}

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8_000;

/**
 * Sends a request until it is answered as the contract says, it fails for good, or `maxRetries` are used up. A token
 * that is refused is replaced once, outside of that count.
 *
 * @throws ChatClientError, or the reason of the caller's signal
 */
export async function sendWithRetries<T>(
  request: PlainRequest,
  validate: Validator<T>,
  settings: RetrySettings,
  credentials: Credentials,
): Promise<Answer<T>> {
  const { signal, onAttempt } = settings;
  const attempts: Attempt[] = [];
  let { token, secrets } = credentials;
  let retries = 0;
  try {
    for (;;) {
      if (signal?.aborted) throw signal.reason;
      const startedAt = performance.now();
      const exchange = await attempt(request, token, secrets, settings);
      const status = exchange.response?.status;
      // There is none where the caller has aborted.
      const outcome = signal?.aborted ? undefined : (exchange.failure ?? checkResponse(exchange, validate, secrets));
      const failure = outcome instanceof ChatClientError ? outcome : undefined;
      const retryDelayMs = failure && retryDelay(failure, exchange, retries, settings);
      const record: Attempt = Object.freeze(
        withoutUndefined({
          number: attempts.length + 1,
          status,
          error: outcome ? failure?.name : isErrorLike(signal?.reason) ? signal.reason.name : "AbortError",
          durationMs: Math.round(performance.now() - startedAt),
          retryDelayMs,
        }),
      );
      attempts.push(record);
      // An async function, so that neither an error nor a rejected promise gets out.
      (async () => onAttempt?.(record))().catch(() => {});
      if (!outcome) throw signal?.reason;
      if (!(outcome instanceof ChatClientError)) return { ...outcome, attempts };

      if (retryDelayMs !== undefined) {
        await delay(retryDelayMs, signal);
        retries += 1;
        continue;
      }
      if (status !== 401) throw outcome;
      const other = await credentials.replace?.();
      if (other === undefined) throw outcome;
      token = other;
      secrets = [...secrets, other];
    }
  } catch (error) {
    if (error instanceof ChatClientError && error !== signal?.reason) Object.assign(error, { attempts });
    throw error;
  } finally {
    Object.freeze(attempts);
  }
}

/** How long to wait before the next attempt, or `undefined` when there is to be none. */
function retryDelay(
  error: ChatClientError,
  { response }: Exchange,
  retries: number,
  { maxRetries, maxRetryDelayMs }: RetrySettings,
): number | undefined {
  if (!error.retryable || retries >= maxRetries) return undefined;
  const retryAfterMs = (response && parseRetryAfter(response.headers)) ?? 0;
  if (retryAfterMs > maxRetryDelayMs) return undefined;
  // Full jitter, on top of what the server asks for, so that many clients do not come back in the same moment.
  const backoffMs = Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retries);
  return Math.min(maxRetryDelayMs, Math.round(retryAfterMs + backoffMs));
}
