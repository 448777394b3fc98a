import type { components, operations } from "../generated/api.js";
import type { Validator } from "../generated/validators.js";

export type { components, operations, paths } from "../generated/api.js";

/** The body of a successful response: how many messages this request marked as read. */
export type MessagesRead = components["schemas"]["MessagesRead"];

/** The body of a 4XX response: a single error, or several with the code 9999. */
export type ErrorResponse = components["schemas"]["ErrorResponse"];

/** A language that the API supports. */
export type Locale = components["schemas"]["Locale"];

/** The body of a token request. */
export type AccessTokenRequestBody = components["schemas"]["AccessTokenRequest"];

/** The id of an operation in the spec. */
export type OperationId = keyof operations;

/**
 * Any function that works like the WHATWG `fetch`, such as that of the platform, of undici or of node-fetch. Its type has
 * no more than what the client passes and reads.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** What the client passes to `fetch`. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  redirect: "manual";
  cache?: "no-store";
  signal: AbortSignal;
}

/** What the client reads of a response. */
export interface FetchResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  /** A stream of the platform or of Node. Without one, the client calls `text()`. */
  readonly body?: unknown;
  text(): Promise<string>;
}

/** The record of one attempt of a call. It never holds a secret. */
export interface Attempt {
  /** The operation that was called, such as `markMessagesAsRead`. */
  readonly operationId: OperationId;
  /** The order, where the operation concerns one. */
  readonly orderId?: string;
  /** 1 for the first attempt. */
  readonly number: number;
  /** The HTTP status, if a response arrived. */
  readonly status?: number;
  /** The name of the error that ended the attempt, such as `ApiError`. */
  readonly error?: string;
  /** The code of that error: the API's number, or the runtime's name such as `ECONNRESET`. */
  readonly code?: number | string;
  /** The message of that error. */
  readonly message?: string;
  /** How long the attempt took, in milliseconds. */
  readonly durationMs: number;
  /** How long the call waits before the next attempt, in milliseconds, if it will be retried. */
  readonly retryDelayMs?: number;
  /** `true` if the attempt would have been retried, but the client's retry budget is used up. */
  readonly retryWithheld?: true;
}

/** A successful call. */
export interface CallResult<T> {
  /** The body of the response, checked against the spec. */
  readonly data: T;
  /** The response. Its body has already been read. Not enumerable, so that the result can be serialized and logged. */
  readonly response: Response;
  /**
   * The attempts that were made, oldest first. If there is more than one, treat a count in `data` as a lower bound:
   * what an earlier attempt did before its response was lost is not counted again.
   */
  readonly attempts: readonly Attempt[];
}

/** What errors and records say about their call. */
export interface CallInfo {
  readonly operationId: OperationId;
  readonly orderId?: string | undefined;
  /** Grows as the call goes on. */
  readonly attempts: readonly Attempt[];
}

/** What the parts of one call have in common. */
export interface CallContext<T = unknown> extends CallInfo {
  /** Checks the body of a success. */
  readonly validate: Validator<T>;
  readonly attempts: Attempt[];
  /** What errors and records must not contain. Grows with each token that the call uses. */
  readonly secrets: string[];
  /** What errors show of a body and of a redirect, where that is less than all but the secrets. */
  readonly showBody?: ((text: string) => string) | undefined;
}
