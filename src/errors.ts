import type { Attempt } from "./attempt.js";
import { isErrorLike } from "./error-like.js";
import { withoutUndefined } from "./without-undefined.js";

// A symbol of the global registry is the same in every copy of this package.
const brand = Symbol.for("instacart-post-checkout-chat.ChatClientError");

/** What every error of this package has, except for a `TypeError` and for the reason of an abort. */
export abstract class ChatClientError extends Error {
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean;

  /** The attempts that were made, oldest first. */
  declare readonly attempts: readonly Attempt[];

  /** @param properties what a class of errors has besides */
  constructor(message: string, retryable: boolean, cause?: unknown, properties: object = {}) {
    super(message, withoutUndefined({ cause }));
    Object.assign(this, { retryable, attempts: [] }, withoutUndefined(properties));
    Object.defineProperty(this, brand, {}); // It only has to be there. Not enumerable, so that nobody sees it.
  }

  /** A plain object for a logger. Like the error itself it holds no access token and no client secret. */
  toJSON(): Record<string, unknown> {
    const { name, message, cause } = this;
    return withoutUndefined({
      name,
      message,
      ...(this as object),
      cause: cause === undefined ? undefined : summarize(cause),
    });
  }
}

// As a getter, a name is in the first line of the stack and stays out of the error's own properties, and bundlers can
// drop the classes that nobody uses.

/** The API answered with a status other than 200: one of its documented errors, or any other. */
export class ApiError extends ChatClientError {
  override get name(): "ApiError" {
    return "ApiError";
  }

  /** The HTTP status. */
  declare readonly status: number;

  /** The API's own number of the error; 9999 announces several. Absent when the body holds none. */
  declare readonly code?: number;

  /** What is wrong, one entry per error. Empty when the body is not one of the API's documented error bodies. */
  declare readonly errors: readonly ApiErrorDetail[];

  /** How long the server asks to wait, in milliseconds, when it sent a readable `Retry-After`. */
  declare readonly retryAfterMs?: number;

  readonly #response: Response;

  constructor(message: string, retryable: boolean, { response, ...details }: ApiErrorDetails) {
    super(message, retryable, undefined, { status: response.status, ...details });
    this.#response = response;
  }

  /** The answer; its body is already read. */
  get response(): Response {
    return this.#response;
  }
}

/** One thing that the API says is wrong. */
export interface ApiErrorDetail {
  /** What is wrong, in the API's words. */
  readonly message: string;
  /** The API's number for this kind of error. */
  readonly code?: number;
  /** The field that is wrong, such as `order.service_option_id`. */
  readonly key?: string;
}

interface ApiErrorDetails {
  readonly response: Response;
  readonly code: number | undefined;
  readonly errors: readonly ApiErrorDetail[];
  readonly retryAfterMs: number | undefined;
}

/** The server answered, but not as the contract promises. It is not tried again, since the messages may be marked. */
export class InvalidResponseError extends ChatClientError {
  override get name(): "InvalidResponseError" {
    return "InvalidResponseError";
  }

  /** The HTTP status; 0 for a redirect that a browser hides. */
  declare readonly status: number;

  /** Where and how the contract is broken. */
  declare readonly problems: readonly ContractProblem[];

  /** The beginning of the body, 200 characters at most. */
  declare readonly excerpt: string;

  constructor(status: number, problems: readonly ContractProblem[], excerpt: string) {
    super(
      `The answer with status ${status} breaks the contract: ${problems.map(({ path, message }) => `${path || "it"} ${message}`).join("; ")}`,
      false,
      undefined,
      { status, problems, excerpt },
    );
  }
}

/** One way in which an answer breaks the contract. */
export interface ContractProblem {
  /** Where: a JSON pointer into the body; empty for the answer as a whole. */
  readonly path: string;
  /** What is wrong there. */
  readonly message: string;
}

/** No answer came, or the connection was lost before the answer's end. */
export class NetworkError extends ChatClientError {
  override get name(): "NetworkError" {
    return "NetworkError";
  }

  /** The root cause as the runtime names it, such as `ECONNRESET`. */
  declare readonly code?: string;

  constructor(detail: string, code: string | undefined, retryable: boolean, cause: unknown) {
    super(`The network failed${detail && `: ${detail}`}`, retryable, cause, { code });
  }
}

/** An attempt was not complete within `timeoutMs`. */
export class TimeoutError extends ChatClientError {
  override get name(): "TimeoutError" {
    return "TimeoutError";
  }

  /** The limit that passed, in milliseconds. */
  declare readonly timeoutMs: number;

  constructor(timeoutMs: number, retryable: boolean) {
    super(`There was no complete answer within ${timeoutMs} ms`, retryable, undefined, { timeoutMs });
  }
}

/**
 * The `accessToken` function threw, took longer than `timeoutMs`, or gave something that cannot be sent. Where a token
 * provider got no token, `cause` is the error of the token request.
 */
export class AccessTokenError extends ChatClientError {
  override get name(): "AccessTokenError" {
    return "AccessTokenError";
  }
}

/** Every error of this package; its `name` tells which one it is. */
export type AnyChatClientError = ApiError | InvalidResponseError | NetworkError | TimeoutError | AccessTokenError;

/**
 * Tells whether a value is an error of this package, also of another copy of it, where `instanceof` says no.
 *
 * @param value anything, typically what a `catch` caught
 */
export function isChatClientError(value: unknown): value is AnyChatClientError {
  return typeof value === "object" && value !== null && brand in value;
}

const MAX_CAUSES = 5; // A chain of causes may lead back to its beginning.

function summarize(cause: unknown, depth = MAX_CAUSES): unknown {
  if (isChatClientError(cause)) return cause.toJSON();
  if (!isErrorLike(cause)) return typeof cause === "string" ? cause : typeof cause;
  const { name, message, code } = cause;
  return withoutUndefined({
    name,
    message,
    code: typeof code === "string" || typeof code === "number" ? code : undefined,
    cause: cause.cause === undefined || depth === 0 ? undefined : summarize(cause.cause, depth - 1),
  });
}
