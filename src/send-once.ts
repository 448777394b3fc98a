import type { RequestParts } from "./api.js";
import { checkResponse, type ReadBody } from "./check-response.js";
import { isControlFlow, TimeoutError, type ApiError, type InvalidResponseError, type NetworkError } from "./errors.js";
import { toNetworkError } from "./network-error.js";
import { isTransientStatus } from "./retry-policy.js";
import { abortReason, withTimeout } from "./timers.js";
import type { CallContext, Fetch } from "./types.js";

/** A valid response and its data. */
export interface Success<T> {
  readonly kind: "success";
  readonly data: T;
  readonly response: Response;
}

/** How one attempt ended. */
export type AttemptOutcome<T> =
  | Success<T>
  | {
      readonly kind: "failure";
      readonly error: ApiError | InvalidResponseError | NetworkError | TimeoutError;
      /** The head of the response, if one arrived. */
      readonly response: Response | undefined;
    }
  /** The caller has aborted, or what was thrown is a framework's control flow. */
  | { readonly kind: "end"; readonly reason: unknown; readonly response: Response | undefined };

/** The part of a call's settings that an attempt needs. */
export interface SendSettings {
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

// A success must be read. Little of an error's body is useful, and a retry discards it.
const MAX_SUCCESS_BYTES = 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/** Sends a request once, and reads and checks the response, all within `timeoutMs`. It never rejects. */
export async function sendOnce<T>(
  request: RequestParts,
  token: string | undefined,
  { fetch, timeoutMs, signal }: SendSettings,
  context: CallContext<T>,
): Promise<AttemptOutcome<T>> {
  let response: Response | undefined;
  let body: Body | undefined;
  // If only the body is lost, the status tells whether the call may be retried.
  const mayBeTransient = () => response === undefined || response.status === 200 || isTransientStatus(response.status);
  let timeout: TimeoutError | undefined;
  const timeoutError = () => (timeout = new TimeoutError(timeoutMs, mayBeTransient(), context));
  const work = async (limit: AbortSignal) => {
    // `Fetch` asks for no more than what is read here; the caller gets what the platform's `fetch` would give.
    const received = (await fetch(request.url, request.toInit(token, limit))) as Response;
    body = bodyOf(received);
    if (limit.aborted) body.cancel(); // A `fetch` that ignores its signal responds when nobody waits any more.
    response = received;
    const maxBytes = received.status < 300 ? MAX_SUCCESS_BYTES : MAX_ERROR_BYTES;
    return [received, await readBody(received, body, maxBytes)] as const;
  };
  try {
    const [received, read] = await withTimeout(timeoutMs, signal, timeoutError, work);
    const { data, error } = checkResponse(received, read, context);
    return error ? { kind: "failure", error, response } : { kind: "success", data, response: received };
  } catch (error) {
    body?.cancel();
    if (signal?.aborted) return { kind: "end", reason: abortReason(signal), response };
    if (isControlFlow(error)) return { kind: "end", reason: error, response };
    return { kind: "failure", error: timeout ?? toNetworkError(error, context, mayBeTransient()), response };
  }
}

interface Body {
  /** Reads the next part. Without it, there is only the whole text. */
  readonly next?: () => Promise<{ done?: boolean; value?: Uint8Array | undefined }>;
  readonly cancel: () => void;
}

/**
 * How to read a body: as a stream of the platform, as one of Node (node-fetch), or at once (React Native and polyfills
 * have no stream).
 *
 * @throws TypeError if `fetch` returned something that cannot be read
 */
function bodyOf(response: Response): Body {
  if (typeof response?.status !== "number" || typeof response.headers?.get !== "function")
    throw new TypeError("fetch returned something that is not a Response");
  if (response.type === "error") throw new TypeError("fetch failed: it returned Response.error()");
  if (response.bodyUsed) throw new TypeError("fetch returned a Response whose body has been read");
  const body = response.body as Partial<ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>> | null | undefined;
  if (typeof body?.getReader === "function") {
    const reader = body.getReader();
    return { next: () => reader.read(), cancel: () => void reader.cancel().catch(() => {}) };
  }
  const iterator = body?.[Symbol.asyncIterator]?.();
  if (!iterator) return { cancel: () => {} };
  const end = async () => iterator.return?.();
  return { next: () => iterator.next(), cancel: () => void end().catch(() => {}) };
}

/** Reads to the end, rather than cancelling at once, so that the connection can be used again. */
async function readBody(response: Response, { next, cancel }: Body, maxBytes: number): Promise<ReadBody> {
  if (!next) {
    const text = await response.text();
    return { text: text.slice(0, maxBytes), isComplete: text.length <= maxBytes };
  }
  const decoder = new TextDecoder();
  let [text, readBytes] = ["", 0];
  let part: Uint8Array | undefined;
  for (;;) {
    const { done, value } = await next();
    if (done || value === undefined) break;
    // Each part waits for the next one, since Node 20 takes a fifth of a call to decode one that may not be the last.
    if (part) text += decoder.decode(part, { stream: true });
    part = value.subarray(0, maxBytes - readBytes);
    readBytes += value.byteLength || 1; // Even an empty part counts, so that there cannot be endlessly many.
    if (readBytes <= maxBytes) continue;
    cancel();
    return { text: text + decoder.decode(part), isComplete: false };
  }
  text += decoder.decode(part);
  assertWhole(response, readBytes, text);
  return { text, isComplete: true };
}

/**
 * HTTP/2's RST_STREAM can cut off a body, and some runtimes pass it on as if it were whole:
 * https://github.com/nodejs/node/issues/35209. Where the body was decoded, its length may differ although it is whole, and
 * not every runtime leaves the header that says so; but then the text can be read.
 *
 * @throws Error if the body is shorter than its `Content-Length`, and is not JSON
 */
function assertWhole({ headers }: Response, readBytes: number, text: string): void {
  const length = headers.get("content-length") ?? "";
  if (!/^\d{1,15}$/.test(length) || readBytes >= Number(length) || headers.get("content-encoding") !== null) return;
  try {
    JSON.parse(text);
  } catch {
    throw new Error(`the connection was lost after ${readBytes} of ${length} bytes of the body`);
  }
}
