import type { Validator } from "../generated/validators.js";
import { getAccessToken, type TokenReplacements, type TokenSettings } from "./access-token.js";
import { attempt, type Attempt, type AttemptSettings } from "./attempt.js";
import { delay } from "./delay.js";
import { ApiError, ChatClientError } from "./errors.js";
import type { PlainRequest } from "./plain-request.js";
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

/** The part of a call's settings that its attempts and the waits between them need. */
export interface RetrySettings extends TokenSettings, AttemptSettings {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
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
  replacements: TokenReplacements,
): Promise<Answer<T>> {
  const attempts: Attempt[] = [];
  try {
    let token = await getAccessToken(settings);
    let refused: string | undefined;
    for (let retries = 0; ;) {
      const finish = startAttempt(attempts, settings);
      const exchange = await attempt(request, token, settings).catch((reason: unknown) => {
        finish(undefined, reason);
        throw reason;
      });
      const { response } = exchange;
      const outcome = exchange.failure === undefined ? checkResponse(exchange, validate, token) : exchange.failure;
      if (!(outcome instanceof ChatClientError)) {
        finish(response?.status);
        return { ...outcome, attempts };
      }

      const retryDelayMs =
        retries < settings.maxRetries ? retryDelay(outcome, response, retries, settings.maxRetryDelayMs) : undefined;
      finish(response?.status, outcome, retryDelayMs);
      if (retryDelayMs !== undefined) {
        await delay(retryDelayMs, settings.signal);
        retries += 1;
        continue;
      }

      if (!isRefusal(outcome)) throw outcome;
      if (refused !== undefined) {
        replacements.forget(refused);
        throw outcome;
      }
      const replacement = await replacements.replace(token, settings);
      if (replacement === undefined) throw outcome;
      refused = token;
      token = replacement;
    }
  } catch (error) {
    if (error instanceof ChatClientError) Object.assign(error, { attempts });
    throw error;
  }
}

/** How long to wait before the next attempt, or `undefined` when there is to be none. */
function retryDelay(
  error: ChatClientError,
  response: Response | undefined,
  retries: number,
  maxRetryDelayMs: number,
): number | undefined {
  if (!error.retryable) return undefined;
  const retryAfterMs = (response && parseRetryAfter(response.headers)) ?? 0;
  if (retryAfterMs > maxRetryDelayMs) return undefined;
  // Full jitter, on top of what the server asks for, so that many clients do not come back in the same moment.
  const backoffMs = Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retries);
  return Math.min(maxRetryDelayMs, Math.round(retryAfterMs + backoffMs));
}

function isRefusal(error: ChatClientError): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** Begins the record of an attempt; what it returns ends it. */
function startAttempt(attempts: Attempt[], { onAttempt }: Pick<RetrySettings, "onAttempt">) {
  const startedAt = performance.now();
  return (status: number | undefined, error?: unknown, retryDelayMs?: number): void => {
    const record: Attempt = withoutUndefined({
      number: attempts.length + 1,
      status,
      error: error === undefined ? undefined : error instanceof Error ? error.name : "AbortError",
      durationMs: Math.round(performance.now() - startedAt),
      retryDelayMs,
    });
    attempts.push(record);
    // An async function, so that neither an error nor a rejected promise gets out.
    (async () => onAttempt?.(record))().catch(() => {});
  };
}
