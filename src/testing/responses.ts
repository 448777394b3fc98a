import {
  documentedOperations,
  type ExampleBodies,
  type Operation,
  type StatusWithoutBody,
} from "../../generated/operations.js";
import { duration, option, readOptions } from "../check-options.js";
import { rejection } from "./check-request.js";

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
  /** The delay before the outcome, in milliseconds. An abort ends it at once, as with a real `fetch`. @default 0 */
  delayMs?: number | undefined;
}

const NAMES: readonly ResponseName[] = [
  ...new Set(documentedOperations.flatMap(({ responses }) => responses.map(({ name }) => name))),
];

const RESPONSE_RULES = {
  response: option((value) => NAMES.some((name) => name === value), `one of ${NAMES.join(", ")}`),
  body: { read: toJson, rule: "a value that JSON can hold" },
  headers: { read: toHeaders, rule: "an object with a string for each header name" },
  delayMs: duration(0),
};

const FAILURE_RULES = {
  networkFailure: option(
    (value) => typeof value === "string" && value !== "",
    "the code of a root cause, such as ECONNRESET",
  ),
  delayMs: duration(0),
};

// A `MockResponse` as the rules have checked it. Without a name, it is the first documented response, a success.
interface CheckedResponse extends Timing {
  readonly response?: ResponseName;
  readonly body?: string;
  readonly headers?: Headers;
  readonly networkFailure?: string;
}

/** @throws TypeError that names what is invalid */
export function readResponse(response: unknown): CheckedResponse {
  const given = typeof response === "object" ? response : { response };
  // In both cases the rules have checked that each value has its type.
  if (given !== null && "networkFailure" in given) return readOptions(given, FAILURE_RULES) as CheckedResponse;
  const checked = readOptions(given, RESPONSE_RULES, ["response"]) as CheckedResponse;
  if (checked.body !== undefined && typeof checked.response === "number")
    throw new TypeError(`body must be left out: ${checked.response} is documented without one`);
  return checked;
}

/** What `fetch` returns or throws in the end. @throws TypeError if the operation does not have the response */
export function replyTo({ method, path, responses }: Operation, checked: CheckedResponse): Response | TypeError {
  const { response, networkFailure: code } = checked;
  if (code !== undefined)
    // As Node's `fetch` does.
    return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
  const documented = responses.find(({ name }) => name === (response ?? name));
  if (!documented) {
    const names = responses.map(({ name }) => name).join(", ");
    throw rejection(`${method} ${path} has no response ${response}; it has ${names}`);
  }
  const { status, contentType } = documented;
  const headers = new Headers(checked.headers);
  if (contentType !== undefined && !headers.has("Content-Type")) headers.set("Content-Type", contentType);
  const body = checked.body ?? toJson(documented.body);
  return new Response(body === undefined ? null : toBody(body), { status, headers });
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
