import type { Validator } from "../generated/validators.js";
import type { Credentials, WithToken } from "./access-token.js";
import { CheckedResponse, type FetchSeam, type RequestParts } from "./api.js";
import { isChatClientError, withoutUndefined, type ChatClientError } from "./errors.js";
import { defineHidden, isErrorLike, secretsIn } from "./redact.js";
import { parseRetryAfter, retryDelay, type RetryBudget } from "./retry-policy.js";
import { sendOnce, type AttemptOutcome, type SendSettings, type Success } from "./send-once.js";
import { abortReason, delay } from "./timers.js";
import type { Attempt, CallContext, CallResult, OperationId } from "./types.js";

/** The part of a call's settings that sending it needs. */
export interface TransportSettings extends SendSettings {
  readonly maxRetries: number;
  readonly maxRetryDelayMs: number;
  readonly retryBudget: RetryBudget;
  readonly headers: Readonly<Record<string, string>>;
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined;
}

/** What is called, and what a valid response to it is. */
export interface Operation<T> {
  readonly operationId: OperationId;
  readonly orderId?: string;
  /** Checks the body of a 200. */
  readonly validate: Validator<T>;
  /** What errors and records must not contain, besides the access token. */
  readonly secrets?: readonly string[];
  readonly showBody?: CallContext["showBody"];
}

/**
 * Makes a call with openapi-fetch, on a transport that adds the token, time limits, retries and the contract check.
 *
 * @param withToken runs it with an access token, if the operation needs one
 * @param send makes the openapi-fetch call with the given `fetch`
 * @throws ChatClientError, or the reason of the caller's signal
 */
export async function callOperation<T>(
  { operationId, orderId, validate, secrets = [], showBody }: Operation<T>,
  settings: TransportSettings,
  withToken: WithToken | undefined,
  send: (fetch: FetchSeam) => Promise<{ data?: T }>,
): Promise<CallResult<T>> {
  const attempts: Attempt[] = [];
  const known = [...secrets, ...secretsIn(settings.headers)];
  const context = { operationId, orderId, validate, attempts, secrets: known, showBody };
  let success: Success<T> | undefined;
  let failure: { readonly thrown: unknown } | undefined;

  const transport = async (request: RequestParts) => {
    const work = (credentials?: Credentials) => sendWithRetries(request, credentials, settings, context);
    try {
      success = await (withToken ? withToken(context, work) : work());
      return new CheckedResponse(success.data);
    } catch (thrown) {
      failure = { thrown };
      throw thrown;
    }
  };

  settings.retryBudget.startCall();
  try {
    const { data } = await send(transport as unknown as FetchSeam);
    // Only a response with a valid body gets here.
    const { response } = success as Success<T>;
    return Object.defineProperty({ data: data as T, response, attempts }, "response", { enumerable: false });
  } catch (error) {
    const { thrown } = failure ?? { thrown: error }; // openapi-fetch swallows a falsy reason.
    if (isChatClientError(thrown) && thrown.attempts === attempts) showCaller(thrown);
    throw thrown;
  } finally {
    settings.retryBudget.endCall();
    Object.freeze(attempts);
  }
}

/** Where the engine knows who awaits the call, as V8 does, the stack shows them rather than this package's own parts. */
function showCaller(error: Error): void {
  const { stack } = error;
  (Error as Partial<ErrorConstructor>).captureStackTrace?.(error, callOperation);
  if (!error.stack?.includes("\n")) defineHidden(error, "stack", stack);
}

/**
 * Sends a request until the response is valid, it fails for good, or `maxRetries` are used up. A rejected token is
 * replaced once, which does not count as a retry.
 */
async function sendWithRetries<T>(
  request: RequestParts,
  credentials: Credentials | undefined,
  settings: TransportSettings,
  context: CallContext<T>,
): Promise<Success<T>> {
  const { signal, onAttempt } = settings;
  let token = credentials?.token;
  for (let retries = 0; ;) {
    if (signal?.aborted) throw abortReason(signal);
    const startedAt = performance.now();
    const outcome = await sendOnce(request, token, settings, context);
    const retry = outcome.kind === "failure" ? planRetry(outcome.error, outcome.response, retries, settings) : {};
    const durationMs = Math.round(performance.now() - startedAt);
    const attempt = toAttempt(context, outcome, durationMs, retry);
    context.attempts.push(attempt);
    // An async function, so that neither an error nor a rejected promise gets out.
    if (onAttempt) (async () => onAttempt(attempt))().catch(() => {});

    if (outcome.kind === "success") return outcome;
    if (outcome.kind === "end") throw outcome.reason;
    if (retry.retryDelayMs === undefined) {
      const other = outcome.response?.status === 401 ? await credentials?.replaceToken() : undefined;
      if (other === undefined) throw outcome.error;
      token = other;
    } else {
      await delay(retry.retryDelayMs, signal);
      retries += 1;
    }
  }
}

/** What follows a failed attempt. */
type RetryPlan = Pick<Attempt, "retryDelayMs" | "retryWithheld">;

function planRetry(
  error: ChatClientError,
  response: Response | undefined,
  retries: number,
  { maxRetries, maxRetryDelayMs, retryBudget }: TransportSettings,
): RetryPlan {
  if (!error.retryable || retries >= maxRetries) return {};
  const retryAfterMs = (response && parseRetryAfter(response.headers)) ?? 0;
  const retryDelayMs = retryDelay(retries, retryAfterMs, maxRetryDelayMs);
  if (retryDelayMs === undefined) return {};
  if (retryBudget.takeRetry()) return { retryDelayMs };
  error.retryWithheld = true;
  return { retryWithheld: true };
}

function toAttempt(
  { operationId, orderId, attempts }: CallContext,
  outcome: AttemptOutcome<unknown>,
  durationMs: number,
  retry: RetryPlan,
): Attempt {
  // The reason of an abort belongs to the caller, so the record has only its name.
  const nameOf = (reason: unknown) => (isErrorLike(reason) ? reason.name : "AbortError");
  const { name, code, message }: { name?: string; code?: number | string; message?: string } =
    outcome.kind === "failure" ? outcome.error : outcome.kind === "end" ? { name: nameOf(outcome.reason) } : {};
  const record = {
    operationId,
    orderId,
    number: attempts.length + 1,
    status: outcome.response?.status,
    error: name,
    code,
    message,
    durationMs,
    ...retry,
  };
  return Object.freeze(withoutUndefined(record));
}
