import { MIMEType } from "node:util";
import { documentedOperations } from "../../../generated/operations.js";
import type { Validator } from "../../../generated/validators.js";
import { InexactNumber, readJson } from "./read-json.js";
import type { RawResponse } from "./recording-fetch.js";
import type { Problem } from "./report.js";

/** How one part of a response breaks the contract. */
export interface Finding {
  /** The part: `content type`, `body`, or `body` and a JSON pointer into it. */
  readonly part: string;
  readonly expected: string;
  /** What is there instead: text from the server, as it came. */
  readonly got: string;
}

/** Whether the operation documents the status. */
export function isDocumented(operationId: string, status: number): boolean {
  return statusesOf(operationId).includes(status);
}

/** The documented statuses of an operation, in the order of the spec. */
export function statusesOf(operationId: string): readonly number[] {
  const operation = documentedOperations.find((operation) => operation.operationId === operationId);
  return [...new Set(operation?.responses.map(({ status }) => status))];
}

/** The operation that a request belongs to, if any. */
export function operationOf({ method, url }: Pick<RawResponse, "method" | "url">): string | undefined {
  const { pathname } = new URL(url);
  return documentedOperations.find(
    (operation) =>
      operation.method === method && new RegExp(`${operation.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(pathname),
  )?.operationId;
}

/**
 * Checks a complete response with a documented status against the spec: the content type, whether the body is
 * well-formed JSON, and every constraint of its schema.
 */
export function judgeResponse(operationId: string, { status, headers, body }: RawResponse): readonly Finding[] {
  const { validators = [] } = responseOf(operationId, status) ?? {};
  if (validators.length === 0) return []; // No body is documented, so any body is valid.
  const words = operationId === "generateAccessToken" ? OUTLINE : QUOTATION;
  const type = judgeContentType(headers.get("content-type"), documentedType(operationId, status));
  const isOther = type.length > 0 && readBody({ body }) === undefined; // Such as a web page. No need to say that it is not JSON.
  return isOther ? type : [...type, ...judgeBody(body, validators, words)];
}

/** Whether a response claims to be the API's own, rather than that of a proxy in front of it. */
export function claimsJson({ headers }: RawResponse): boolean {
  return essences(headers.get("content-type") ?? "").some((essence) => /[/+]json$/.test(essence));
}

/** What the body is as JSON; `undefined` when it is something else. */
export function readBody({ body }: Pick<RawResponse, "body">): unknown {
  return readJson(new TextDecoder().decode(body))?.value;
}

function responseOf(operationId: string, status: number) {
  const responses = documentedOperations.find((operation) => operation.operationId === operationId)?.responses ?? [];
  return responses.find((response) => response.status === status);
}

function documentedType(operationId: string, status: number): string {
  return responseOf(operationId, status)?.contentType ?? "";
}

function judgeContentType(header: string | null, documented: string): readonly Finding[] {
  const finding = (expected: string) => ({ part: "content type", expected, got: header ?? "none" });
  if (header === null || essences(header).some((essence) => essence !== documented))
    return [finding(`must be ${documented}`)];
  const charsets = parseTypes(header).flatMap((type) => type?.params.get("charset") ?? []);
  return charsets.every((charset) => /^utf-?8$/i.test(charset))
    ? []
    : [finding("must have the charset utf-8, or none")];
}

/** Each media type of a header, which some proxies send twice; an invalid one is an empty string. */
function essences(header: string): readonly string[] {
  return parseTypes(header).map((type) => type?.essence ?? "");
}

function parseTypes(header: string): (MIMEType | undefined)[] {
  return header.split(",").map((text) => {
    try {
      return new MIMEType(text);
    } catch {
      return undefined;
    }
  });
}

/** How to say what a body holds. */
interface Words {
  text(text: string): string;
  value(value: unknown): string;
}

const QUOTATION: Words = { text: (text) => text, value: (value) => JSON.stringify(value) };

/** For a body that may contain a token anywhere. */
const OUTLINE: Words = {
  text: (text) => `${text.length} characters`,
  value(value) {
    if (typeof value === "string") return `a string of ${value.length} characters`;
    if (Array.isArray(value)) return `an array of ${value.length}`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    return `an object with ${Object.keys(value).join(", ") || "no members"}`;
  },
};

function judgeBody(bytes: Uint8Array, validators: readonly Validator<unknown>[], words: Words): readonly Finding[] {
  const body = (expected: string, got: string) => [{ part: "body", expected, got }];
  if (bytes.length === 0) return body("must be JSON", "an empty body");
  const lenient = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return body("must be UTF-8", words.text(lenient));
  }
  const json = readJson(lenient);
  if (!json) return body("must be JSON, and nothing else", words.text(lenient));
  return [...json.problems, ...problemsOf(json.value, validators)].map(({ path, message }) => ({
    part: path === "" ? "body" : `body ${path}`,
    ...explain(message, valueAt(json.value, path), words),
  }));
}

function explain(message: string, value: unknown, words: Words): Omit<Finding, "part"> {
  if (value instanceof InexactNumber)
    return { expected: `${message} and exact in 64-bit floating point`, got: value.text };
  return { expected: message, got: value === undefined ? "nothing" : words.value(value) };
}

/** The problems according to the schema that fits best. */
function problemsOf(value: unknown, validators: readonly Validator<unknown>[]): readonly Problem[] {
  const tries = validators.map((validate) =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => ({ path: instancePath, message })),
  );
  return tries.reduce((best, problems) => (distance(problems) < distance(best) ? problems : best));
}

/** How badly a schema fits. A constant decides: the code 9999 distinguishes the two error bodies. */
function distance(problems: readonly Problem[]): number {
  const isOther = problems.some(({ message }) => /^must (be equal to constant|NOT be valid)$/.test(message));
  return problems.length + (isOther ? Number.MAX_SAFE_INTEGER / 2 : 0);
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce(
      (node: unknown, step) =>
        typeof node === "object" && node !== null ? (node as Record<string, unknown>)[step] : undefined,
      value,
    );
}
