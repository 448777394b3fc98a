import { isUtf8 } from "node:buffer";
import { MIMEType } from "node:util";
import { documentedOperations, type DocumentedResponse } from "../../../generated/operations.js";
import type { ValidationProblem, Validator } from "../../../generated/validators.js";
import { readJson } from "./read-json.js";
import type { RecordedResponse } from "./recording-fetch.js";
import type { Violation } from "./report.js";

/** A response, judged by its own status, whichever status the call expected. */
export interface JudgedResponse extends Omit<RecordedResponse, "body"> {
  readonly isJson: boolean;
  /** Whether the spec documents the status, and the body is one that it documents for it. */
  readonly isDocumented: boolean;
  /** The first ways in which a response with a documented status breaks the contract. */
  readonly violations: readonly Violation[];
  readonly furtherViolations: number;
  /** The access token that the response issues, if it does, which no report may show. */
  readonly token: unknown;
}

const MAX_VIOLATIONS = 10;

/** How one part of a response breaks the contract. `got` is text from the server, as it came. */
type Finding = Pick<Violation, "expected" | "got"> & { readonly part: string };

/** The documented statuses of an operation, in the order of the spec. */
export function statusesOf(operationId: string): readonly number[] {
  return [...new Set(responsesOf(operationId).map(({ status }) => status))];
}

/** Checks a response against the spec: its content type, whether its body is well-formed JSON, and every constraint. */
export function judgeResponse({ body, ...head }: RecordedResponse): JudgedResponse {
  const { operationId, status, headers, isComplete } = head;
  const documented = responsesOf(operationId).find((response) => response.status === status);
  const type = headers.get("content-type") ?? "";
  const json = readJson(new TextDecoder().decode(body)); // As the client decodes it.
  const isJson = isComplete ? json !== undefined : /[/+]json\b/i.test(type);
  const { access_token: token } = Object(json?.value) as { access_token?: unknown };
  const judged = { ...head, isJson, token, isDocumented: false, violations: [], furtherViolations: 0 };
  if (!documented || !isComplete) return judged; // Of a body that was not read to its end, nothing is known.
  // Where no body is documented, any is valid, but the API's own would be JSON.
  if (documented.contentType === undefined) return { ...judged, isDocumented: isJson || body.length === 0 };

  const isSecret = operationId === "generateAccessToken";
  const { value, duplicates = [], duplicateCount = 0 } = json ?? {};
  const problems = json ? problemsOf(value, documented.validators) : [];
  const inType = judgeContentType(type, documented.contentType);
  const isWebPage = inType.length > 0 && !isJson; // Then its type says enough.
  const found = [
    ...inType,
    ...(isWebPage ? [] : judgeEncoding(body, isJson, isSecret)),
    ...duplicates.map((at) => ({ part: `body ${at}`, expected: "must be given once", got: "more than one" })),
    ...problems.map((problem) => explain(problem, value, isSecret)),
  ];
  const listed = found.slice(0, MAX_VIOLATIONS);
  return {
    ...judged,
    isDocumented: isJson && problems.length === 0,
    violations: listed.map(({ part, ...rule }) => ({ where: `${operationId} ${status}, ${part}`, ...rule })),
    furtherViolations: found.length - listed.length + duplicateCount - duplicates.length,
  };
}

function responsesOf(operationId: string): readonly DocumentedResponse[] {
  return documentedOperations.find((operation) => operation.operationId === operationId)?.responses ?? [];
}

function judgeContentType(header: string, documented: string): readonly Finding[] {
  const finding = (expected: string) => [{ part: "content type", expected, got: header || "none" }];
  const types = typesIn(header);
  if (types.length === 0 || types.some((type) => type?.essence !== documented)) return finding(`must be ${documented}`);
  const charsets = types.flatMap((type) => type?.params.get("charset") ?? []);
  return charsets.every((charset) => /^utf-?8$/i.test(charset)) ? [] : finding("must have the charset utf-8, or none");
}

/** Each media type of a header, which some proxies send twice; `undefined` for an invalid one. */
function typesIn(header: string): (MIMEType | undefined)[] {
  const types = header.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []; // A quoted parameter may contain a comma.
  return types.map((text) => {
    try {
      return new MIMEType(text);
    } catch {
      return undefined;
    }
  });
}

/** @param isSecret whether the body may contain a token anywhere, so that nothing of it is shown */
function judgeEncoding(bytes: Uint8Array, isJson: boolean, isSecret: boolean): readonly Finding[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const expected = isUtf8(bytes) ? "must be JSON, and nothing else" : "must be UTF-8";
  if (isJson && isUtf8(bytes) && !text.startsWith("\ufeff")) return [];
  return [{ part: "body", expected, got: text === "" ? "an empty body" : isSecret ? "other text" : text }];
}

/** The problems by the schema that fits best. A constant decides: the code 9999 distinguishes the two error bodies. */
function problemsOf(value: unknown, validators: readonly Validator<unknown>[]): readonly ValidationProblem[] {
  const isOther = ({ message }: ValidationProblem) => /^must (be equal to constant|NOT be valid)$/.test(message);
  const distance = (problems: readonly ValidationProblem[]) => problems.length + (problems.some(isOther) ? 1e9 : 0);
  const tries = validators.map((validate) => (validate(value) ? [] : (validate.errors ?? [])));
  return tries.reduce((best, problems) => (distance(problems) < distance(best) ? problems : best));
}

function explain({ instancePath, message }: ValidationProblem, body: unknown, isSecret: boolean): Finding {
  const part = `body ${instancePath}`.trim();
  const steps = instancePath.split("/").slice(1); // None is escaped: the schemas name no member with `/` or `~`.
  const value = steps.reduce((node, step) => (Object(node) as Record<string, unknown>)[step], body);
  const type = Object.prototype.toString.call(value).slice(8, -1); // Such as `Array` or `Null`.
  if (typeof value !== "symbol") return { part, expected: message, got: isSecret ? type : show(value) };
  return { part, expected: `${message} and exact in 64-bit floating point`, got: value.description ?? "" };
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value, (_, node: unknown) => (typeof node === "symbol" ? node.description : node));
  } catch {
    return "a deeply nested value"; // Too deep for the stack.
  }
}
