import { defineHidden, isErrorLike } from "./redact.js";
import type { Attempt, CallInfo, OperationId } from "./types.js";

// A symbol of the global registry is the same in every copy of this package.
const brand = Symbol.for("instacart-post-checkout-chat.ChatClientError");

// For errors that somebody else constructs, such as an `accessToken` function, or a test.
const NO_CALL: CallInfo = { operationId: "markMessagesAsRead", attempts: [] };

/** What a class adds; properties that are `undefined` are left out. */
interface ErrorDetails {
  readonly cause?: unknown;
  readonly [property: string]: unknown;
}

/**
 * What all errors of this package have in common. None has a property that web servers take for the status or the headers
 * of their own response: an error that nobody catches has to become a 500, not the API's 200, 302 or 401.
 */
abstract class ChatClientErrorBase extends Error {
  /** The name of the class, which no minifier changes. */
  declare name: AnyChatClientError["name"];
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean;
  /** The operation that was called. */
  declare readonly operationId: OperationId;
  /** The order, where the operation concerns one. */
  declare readonly orderId?: string;
  /** The attempts that were made, oldest first. */
  declare readonly attempts: readonly Attempt[];
  /** What led to this error. Declared here for compilers whose `lib` is older than ES2022. */
  declare readonly cause?: unknown;
  /** `true` if the call would have been retried, but the client's retry budget is used up. */
  declare retryWithheld?: true;

  constructor(name: string, message: string, retryable: boolean, call: CallInfo = NO_CALL, details: ErrorDetails = {}) {
    super(message);
    const { cause, ...shown } = details;
    const { operationId, orderId, attempts } = call;
    defineHidden(this, brand, true);
    defineHidden(this, "name", name);
    defineHidden(this, "cause", cause);
    Object.assign(this, withoutUndefined({ ...shown, retryable, operationId, orderId, attempts }));
    // Again, now that the name is known, which is the first word of the stack.
    (Error as Partial<ErrorConstructor>).captureStackTrace?.(this, new.target);
  }

  /** A plain object for a logger. Like the error itself, it holds no access token and no client secret. */
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

/** An error that a response means. */
abstract class ResponseError extends ChatClientErrorBase {
  /** The HTTP status of the response; 0 for a redirect that a browser hides. */
  declare readonly httpStatus: number;
  /** The beginning of the body, at most 200 characters; of a response to a token request, which may hold a token, `[redacted]`. */
  declare readonly excerpt: string;

  readonly #response: Response; // Inspection shows even properties that are not enumerable.

  constructor(name: string, message: string, retryable: boolean, response: Response, details: object, call?: CallInfo) {
    super(name, message, retryable, call, { httpStatus: response.status, ...details });
    this.#response = response;
  }

  /** The response. Its body has already been read. */
  get response(): Response {
    return this.#response;
  }
}

/** The API returned an error: a status of 4xx or 5xx, documented or not. */
export class ApiError extends ResponseError {
  declare name: "ApiError";
  /** The API's number for the error; 9999 means several errors. Absent if the body has none. */
  declare readonly code?: number;
  /** The API's errors, one entry each, at most 100. Empty if the body is not one of the API's error bodies. */
  declare readonly errors: readonly ApiErrorDetail[];
  /** How long to wait before the next request, in milliseconds, if the server sent a valid `Retry-After`. */
  declare readonly retryAfterMs?: number;
  /** The client constructs these errors; construct one only in a test. */
  constructor(message: string, retryable: boolean, details: ApiErrorDetails, call?: CallInfo) {
    const { response, errors, ...shown } = details;
    super("ApiError", message, retryable, response, shown, call);
    // Loggers take enumerable `errors` for those of an `AggregateError`, and would show them twice.
    defineHidden(this, "errors", errors);
  }

  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), errors: this.errors };
  }
}

/** One error of the API. */
export interface ApiErrorDetail {
  /** The API's message. */
  readonly message: string;
  /** The API's number for this kind of error. */
  readonly code?: number;
  /** The invalid field, such as `order.service_option_id`. */
  readonly key?: string;
}

interface ApiErrorDetails {
  readonly response: Response;
  readonly code: number | undefined;
  readonly errors: readonly ApiErrorDetail[];
  readonly excerpt: string;
  readonly retryAfterMs: number | undefined;
}

/** The server responded in a way that the spec does not allow. Not retried, since the messages may be marked. */
export class InvalidResponseError extends ResponseError {
  declare name: "InvalidResponseError";
  /** Where and how the response breaks the contract. */
  declare readonly problems: readonly ContractProblem[];
  /** The client constructs these errors; construct one only in a test. */
  constructor(response: Response, problems: readonly ContractProblem[], excerpt: string, call?: CallInfo) {
    const list = problems.map(({ path, message }) => `${path || "it"} ${message}`).join("; ");
    const message = `The response with status ${response.status} breaks the contract: ${list}`;
    super("InvalidResponseError", message, false, response, { problems, excerpt }, call);
  }
}

/** One way in which a response breaks the contract. */
export interface ContractProblem {
  /** Where: a JSON pointer into the body; empty for the response as a whole. */
  readonly path: string;
  /** The rule that the value breaks. */
  readonly message: string;
}

/** No response arrived, or the connection was lost before its end. */
export class NetworkError extends ChatClientErrorBase {
  declare name: "NetworkError";
  /** The root cause as the runtime names it, such as `ECONNRESET`. */
  declare readonly code?: string;
  /** The client constructs these errors; construct one only in a test. */
  constructor(message: string, code: string | undefined, retryable: boolean, cause: unknown, call?: CallInfo) {
    // Koa takes ENOENT for a file that was not found, and responds with 404: https://github.com/koajs/koa/blob/master/lib/context.js
    super("NetworkError", message, retryable, call, { cause, code: code === "ENOENT" ? undefined : code });
  }
}

/** An attempt was not complete within `timeoutMs`. */
export class TimeoutError extends ChatClientErrorBase {
  declare name: "TimeoutError";
  /** The limit that passed, in milliseconds. */
  declare readonly timeoutMs: number;
  /** The client constructs these errors; construct one only in a test. */
  constructor(timeoutMs: number, retryable: boolean, call?: CallInfo) {
    super("TimeoutError", `No complete response within ${timeoutMs} ms`, retryable, call, { timeoutMs });
  }
}

/**
 * The `accessToken` function threw, took longer than `timeoutMs`, or returned something that cannot be sent. If a token
 * provider got no token, `cause` is the error of the token request.
 */
export class AccessTokenError extends ChatClientErrorBase {
  declare name: "AccessTokenError";
  /** Throw one in an `accessToken` function to say whether the call may succeed later. */
  constructor(message: string, retryable: boolean, cause?: unknown, call?: CallInfo) {
    super("AccessTokenError", message, retryable, call, { cause });
  }
}

/** Every error of this package; its `name` tells which one it is. */
export type AnyChatClientError = ApiError | InvalidResponseError | NetworkError | TimeoutError | AccessTokenError;

/** What `instanceof ChatClientError` narrows to, so that `name` can narrow further. */
export type ChatClientError = AnyChatClientError;

/**
 * The base of every error of this package, except for a `TypeError` and the reason of an abort. For errors that may come
 * from another copy of the package, use {@link isChatClientError}.
 */
export const ChatClientError: abstract new (...args: never[]) => AnyChatClientError = ChatClientErrorBase as never;

/**
 * Tells whether a value is an error of this package, including one from another copy of it, for which `instanceof` is false.
 *
 * @param value anything, typically what a `catch` caught
 */
export function isChatClientError(value: unknown): value is AnyChatClientError {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * Tells whether something was thrown to steer a framework rather than to report a failure. It has to reach the framework
 * unchanged. Next.js and React mark theirs with a `digest`; Remix and React Router throw a `Response`; SvelteKit throws
 * objects of two classes: one with a status and a location, and one with a status and a body with a message.
 */
export function isControlFlow(thrown: unknown): boolean {
  try {
    if (Object.prototype.toString.call(thrown) === "[object Response]") return true;
    const { name, digest, status, location, body } = Object(thrown) as Readonly<Record<string, unknown>>;
    const isOfClass = name === undefined && Object.getPrototypeOf(thrown) !== Object.prototype;
    const detail = Number(status) < 400 ? location : (Object(body) as { message?: unknown }).message;
    if (isOfClass && Number(status) >= 300 && Number(status) < 600 && typeof detail === "string") return true;
    // Next.js also adds a digest to the errors that it reports, and so may others: a hash.
    return typeof digest === "string" && /^[A-Z]+_[A-Z_]+(;|$)/.test(digest);
  } catch {
    return false; // Inspecting it throws.
  }
}

/** A copy without the properties whose value is `undefined`, as `exactOptionalPropertyTypes` wants it. */
export function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  const copy: Partial<T> = {};
  for (const key of Object.keys(object) as (keyof T)[]) if (object[key] !== undefined) copy[key] = object[key];
  return copy as unknown as WithoutUndefined<T>;
}

type WithoutUndefined<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

function summarize(cause: unknown, depth = 5): unknown {
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
