import { readBody, type Body } from "./body.js";
import { TimeoutError, type NetworkError } from "./errors.js";
import { toNetworkError } from "./network-failure.js";
import type { Fetch } from "./options.js";
import { initFor, type PlainRequest } from "./request.js";
import { isRetryableStatus } from "./status.js";
import { withTimeLimit } from "./time-limit.js";

/** What one attempt of a call came to. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  /** The HTTP status, when an answer came. */
  readonly status?: number;
  /** The name of the error that it ended with, such as `ApiError`. */
  readonly error?: string;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** How long the call waits before the next attempt, in milliseconds, when it is to be retried. */
  readonly retryDelayMs?: number;
}

/** An answer that was read to its end, or to the limit. */
export interface WholeResponse extends Body {
  readonly response: Response;
  readonly failure?: undefined;
}

/** What an attempt brought: a whole answer, or a failure, perhaps after the head of an answer. */
export type Exchange =
  | WholeResponse
  | {
      readonly response: Response | undefined;
      readonly failure: NetworkError | TimeoutError;
    };

/** The part of a call's settings that an attempt needs. */
export interface AttemptSettings {
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

// A success is to be read in any case. Of an error, little is worth reading, and what is read of it is thrown away
// when the attempt is retried.
const MAX_SUCCESS_BYTES = 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Sends a request once and reads the answer, all within `timeoutMs`. It never rejects; when the caller's signal has
 * aborted, what it resolves to has no meaning.
 *
 * @param token is sent as the bearer token
 * @param secrets are kept out of the failure
 */
export async function attempt(
  request: PlainRequest,
  token: string | undefined,
  secrets: readonly string[],
  { fetch, timeoutMs, signal }: AttemptSettings,
): Promise<Exchange> {
  let response: Response | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const cancelBody = () => void reader?.cancel().catch(() => {});
  // When only the body is lost, the status tells whether the call may be retried.
  const mayPass = () => response === undefined || response.status === 200 || isRetryableStatus(response.status);
  let timeout: TimeoutError | undefined;
  const timedOut = () => (timeout = new TimeoutError(timeoutMs, mayPass()));
  try {
    return await withTimeLimit(timeoutMs, signal, timedOut, async (limit) => {
      const answer = await fetch(request.url, initFor(request, token, limit));
      reader = readerOf(answer);
      if (limit.aborted) cancelBody(); // A `fetch` that does not heed its signal answers when nobody waits any more.
      response = answer;
      const body = await readBody(reader, answer.ok ? MAX_SUCCESS_BYTES : MAX_ERROR_BYTES);
      if (!body.complete) cancelBody();
      return { response: answer, ...body };
    });
  } catch (error) {
    cancelBody();
    return { response, failure: timeout ?? toNetworkError(error, mayPass(), secrets) };
  }
}

/** @throws TypeError when what `fetch` gave is no answer that can be read */
function readerOf(answer: Response | undefined): ReadableStreamDefaultReader<Uint8Array> | undefined {
  if (typeof answer?.headers?.get !== "function") throw new TypeError("fetch gave no Response");
  if (answer.type === "error") throw new TypeError("fetch gave Response.error()");
  try {
    return answer.body?.getReader();
  } catch {
    throw new TypeError("fetch gave no unread Response");
  }
}
