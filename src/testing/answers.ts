import {
  documentedOperations,
  type ExampleBodies,
  type Operation,
  type StatusWithoutBody,
} from "../../generated/operations.js";
import { delay } from "../delay.js";
import { duration, option, readOptions, type OptionRule } from "../option-rules.js";
import { refuse } from "./refuse.js";

/**
 * A documented answer: the name of its example in the description, such as `orderNotFound`, or the status where no body
 * is documented, such as 503.
 */
export type AnswerName = keyof ExampleBodies | StatusWithoutBody;

/** What {@link mockFetch} answers to one request: a documented answer as it is, one with details, or none at all. */
export type MockAnswer = AnswerName | AnswerDetails | NetworkFailure;

/** A documented answer with a body, headers or a delay of the test's own. */
export type AnswerDetails = { [Name in AnswerName]: Details<Name> }[AnswerName];

/** The connection is lost, and no answer comes. */
export interface NetworkFailure extends Timing {
  /** The code of the root cause, such as `ECONNRESET`: the `code` of the client's `NetworkError`. */
  networkFailure: string;

  answer?: never;
  body?: never;
  headers?: never;
}

interface Details<Name extends AnswerName> extends Timing {
  /** Which answer. */
  answer: Name;

  /** The body to send instead of the example's; of the same schema. */
  body?: (Name extends keyof ExampleBodies ? ExampleBodies[Name] : never) | undefined;

  /** Further headers, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>> | undefined;

  networkFailure?: never;
}

interface Timing {
  /**
   * How long it takes, in milliseconds; an abort ends it at once, as it ends a real `fetch`.
   *
   * @default 0
   */
  delayMs?: number | undefined;
}

/** @throws TypeError at once when the operation does not have the answer */
export type Answerer = (operation: Operation) => Reply;

export type Reply = (signal: AbortSignal | undefined) => Promise<Response>;

const NAMES: readonly AnswerName[] = [
  ...new Set(documentedOperations.flatMap(({ responses }) => responses.map(({ name }) => name))),
];

const DETAILS_RULES: Record<keyof CheckedDetails, OptionRule> = {
  answer: option((value) => NAMES.some((name) => name === value), `one of ${NAMES.join(", ")}`),
  body: { read: toJson, rule: "what JSON can hold" },
  headers: { read: toHeaders, rule: "an object with a string for each name of a header" },
  delayMs: duration(0),
};

const FAILURE_RULES: Record<"networkFailure" | "delayMs", OptionRule> = {
  networkFailure: option(
    (value) => typeof value === "string" && value !== "",
    "the code of a root cause, such as ECONNRESET",
  ),
  delayMs: DETAILS_RULES.delayMs,
};

/** @throws TypeError that names what is wrong */
export function readAnswer(answer: unknown): Answerer {
  const given = typeof answer === "object" ? answer : { answer };
  // In both cases the rules have checked each value to be what its type says.
  if (given !== null && "networkFailure" in given) {
    const { networkFailure, delayMs } = readOptions(given, FAILURE_RULES) as NetworkFailure;
    return () =>
      later(delayMs, () => {
        throw fetchFailed(networkFailure);
      });
  }
  const details = readOptions(given, DETAILS_RULES, ["answer"]) as CheckedDetails;
  if (details.body !== undefined && typeof details.answer === "number")
    throw new TypeError(`body must be left out: ${details.answer} is documented without one`);
  return (operation) => respond(operation, details);
}

interface CheckedDetails extends Timing {
  readonly answer?: AnswerName;
  readonly body?: string;
  readonly headers?: Headers;
}

/** The first answer that is documented, a success. */
export const firstAnswer: Answerer = (operation) => respond(operation, {});

function later(delayMs = 0, reply: () => Response): Reply {
  return async (signal) => {
    if (delayMs > 0) await delay(delayMs, signal);
    return reply();
  };
}

function respond({ method, path, responses }: Operation, details: CheckedDetails): Reply {
  const answer = responses.find(({ name }) => name === (details.answer ?? name));
  if (!answer) {
    const names = responses.map(({ name }) => name).join(", ");
    throw refuse(`${method} ${path} is never answered with ${details.answer}, but with one of ${names}`);
  }
  const headers = new Headers(details.headers);
  if (answer.contentType !== undefined && !headers.has("Content-Type")) headers.set("Content-Type", answer.contentType);
  const body = details.body ?? toJson(answer.body) ?? null;
  return later(details.delayMs, () => new Response(body, { status: answer.status, headers }));
}

/** What `fetch` of Node throws. */
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
