import {
  documentedOperations,
  type ExampleBodies,
  type Operation,
  type StatusWithoutBody,
} from "../../generated/operations.js";
import { duration, option, readOptions, type OptionRule } from "../check-options.js";
import { delay } from "../timers.js";
import { rejection } from "./rejection.js";

/**
 * A documented response: the name of its example in the spec, such as `orderNotFound`, or its status, such as 503, if
 * no body is documented.
 */
export type ResponseName = keyof ExampleBodies | StatusWithoutBody;

/** What {@link mockFetch} does with one request: a documented response, one with your own details, or no response. */
export type MockResponse = ResponseName | ResponseDetails | NetworkFailure;

/** A documented response with your own body, headers or delay. */
export type ResponseDetails = { [Name in ResponseName]: ResponseDetailsOf<Name> }[ResponseName];

/** The connection is lost, and no response arrives. */
export interface NetworkFailure extends Timing {
  /** The code of the root cause, such as `ECONNRESET`: the `code` of the client's `NetworkError`. */
  networkFailure: string;

  response?: never;
  body?: never;
  headers?: never;
}

/** A documented response of that name with your own body, headers or delay. */
export interface ResponseDetailsOf<Name extends ResponseName> extends Timing {
  /** Which response. */
  response: Name;

  /** The body to return instead of the example's, with the same schema. */
  body?: (Name extends keyof ExampleBodies ? ExampleBodies[Name] : never) | undefined;

  /** Additional headers, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>> | undefined;

  networkFailure?: never;
}

interface Timing {
  /**
   * The delay before the outcome, in milliseconds. An abort ends it at once, as with a real `fetch`.
   *
   * @default 0
   */
  delayMs?: number | undefined;
}

/** Responds to a request for an operation. @throws TypeError at once if the operation does not have the response */
export type Responder = (operation: Operation) => Reply;

export type Reply = (signal: AbortSignal | undefined) => Promise<Response>;

const NAMES: readonly ResponseName[] = [
  ...new Set(documentedOperations.flatMap(({ responses }) => responses.map(({ name }) => name))),
];

const DETAILS_RULES: Record<keyof CheckedDetails, OptionRule> = {
  response: option((value) => NAMES.some((name) => name === value), `one of ${NAMES.join(", ")}`),
  body: { read: toJson, rule: "a value that JSON can hold" },
  headers: { read: toHeaders, rule: "an object with a string for each header name" },
  delayMs: duration(0),
};

const FAILURE_RULES: Record<"networkFailure" | "delayMs", OptionRule> = {
  networkFailure: option(
    (value) => typeof value === "string" && value !== "",
    "the code of a root cause, such as ECONNRESET",
  ),
  delayMs: DETAILS_RULES.delayMs,
};

/** @throws TypeError that names what is invalid */
export function readResponse(response: unknown): Responder {
  const given = typeof response === "object" ? response : { response };
  // In both cases the rules have checked that each value has its type.
  if (given !== null && "networkFailure" in given) {
    const { networkFailure, delayMs } = readOptions(given, FAILURE_RULES) as NetworkFailure;
    return () =>
      later(delayMs, () => {
        throw fetchFailed(networkFailure);
      });
  }
  const details = readOptions(given, DETAILS_RULES, ["response"]) as CheckedDetails;
  if (details.body !== undefined && typeof details.response === "number")
    throw new TypeError(`body must be left out: ${details.response} is documented without one`);
  return (operation) => respond(operation, details);
}

interface CheckedDetails extends Timing {
  readonly response?: ResponseName;
  readonly body?: string;
  readonly headers?: Headers;
}

/** The first documented response, a success. */
export const firstResponse: Responder = (operation) => respond(operation, {});

function later(delayMs = 0, reply: () => Response): Reply {
  return async (signal) => {
    if (delayMs > 0) await delay(delayMs, signal);
    return reply();
  };
}

function respond({ method, path, responses }: Operation, details: CheckedDetails): Reply {
  const documented = responses.find(({ name }) => name === (details.response ?? name));
  if (!documented) {
    const names = responses.map(({ name }) => name).join(", ");
    throw rejection(`${method} ${path} has no response ${details.response}; it has ${names}`);
  }
  const { status, contentType } = documented;
  const headers = new Headers(details.headers);
  if (contentType !== undefined && !headers.has("Content-Type")) headers.set("Content-Type", contentType);
  const body = details.body ?? toJson(documented.body) ?? null;
  return later(details.delayMs, () => new Response(body === null ? null : toBody(body), { status, headers }));
}

/**
 * A body that is there at once: that of a `Response` made of text needs `queueMicrotask` in Node, which sinon and Jest fake.
 * A `Response` without streams, as whatwg-fetch and React Native have it, takes text only.
 */
function toBody(text: string): BodyInit {
  if (!("body" in Response.prototype)) return text;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

/** What Node's `fetch` throws. */
function fetchFailed(code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}

function toJson(value: unknown): string | undefined {
  return JSON.stringify(value) as string | undefined;
}

function toHeaders(value: unknown): Headers | undefined {
  try {
    return new Headers(value as Record<string, string>);
  } catch {
    return undefined;
  }
}
