import { INVISIBLE } from "./redact.js";

/** Reads an option: returns the value to use, or `undefined` if it is invalid. */
export interface OptionRule {
  readonly read: (value: unknown) => unknown;
  /** What is valid, after "must be". */
  readonly rule: string;
  /** What is wrong with an invalid value, without quoting it, since it may be a secret. */
  readonly explain?: (value: unknown) => string | undefined;
}

/** An option that is used as it is. */
export function option(
  isValid: (value: unknown) => boolean,
  rule: string,
  explain: (value: unknown) => string | undefined = () => undefined,
): OptionRule {
  return { read: (value) => (isValid(value) ? value : undefined), rule, explain };
}

/** How files, shells and environments spoil a text. */
export function howSpoiled(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const missing = howMissing(value);
  if (missing !== undefined) return missing;
  if (/^\s|\s$/.test(value)) return "it begins or ends with a space or a line break: trim it";
  return /^["'`]|["'`]$/.test(value) ? "it has quotes around it: remove them" : undefined;
}

/** What JavaScript makes of a value that is not there. */
function howMissing(text: string): string | undefined {
  const [missing] = /(?:^| )(?:undefined|null)$|\[object \w+\]/.exec(text) ?? [];
  return missing && `it has the text "${missing.trim()}": is the variable set?`;
}

function isPrintable(value: unknown): value is string {
  return typeof value === "string" && /^[!-~][ -~]*$/.test(value) && howSpoiled(value) === undefined;
}

/** Text that every header can carry, and that can be redacted if a server echoes it. */
export const printable: OptionRule = option(
  isPrintable,
  "a non-empty string of printable ASCII characters",
  howSpoiled,
);

// A language range of RFC 7231 and RFC 4647, with its weight.
const LANGUAGE_RANGE = /^(\*|[a-z]{1,8}(-[a-z\d]{1,8})*)( *; *q=(0(\.\d{0,3})?|1(\.0{0,3})?))?$/i;

/** A value of the header `Accept-Language`. */
export const languages: OptionRule = option(
  (value) => isPrintable(value) && value.split(",").every((range) => LANGUAGE_RANGE.test(range.trim())),
  'a language tag such as en-US, or a list of them with weights such as "fr-CA, en-CA;q=0.8"',
);

export const aFunction: OptionRule = option((value) => typeof value === "function", "a function");

export const aBoolean: OptionRule = option((value) => typeof value === "boolean", "true or false");

/** Signals of other realms and of polyfills count, too. */
export const abortSignal: OptionRule = option((value) => {
  const signal = value as Partial<AbortSignal> | null;
  return typeof signal?.aborted === "boolean" && typeof signal.addEventListener === "function";
}, "an AbortSignal");

export function integer(min: number, max: number): OptionRule {
  return option(
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    `an integer from ${min} to ${max}`,
  );
}

/** A time in milliseconds, at least `minMs`. */
export function duration(minMs: number): OptionRule {
  return integer(minMs, 2 ** 31 - 1); // A longer `setTimeout` fires at once.
}

/** The server: its URL is used without slashes at its end. {@link assertSecure} decides about `http`. */
export const baseUrl: OptionRule = {
  read: readBaseUrl,
  rule: "an https URL without query, fragment or user info. http is allowed only for loopback hosts, or with allowInsecureHttp",
};

function readBaseUrl(value: unknown): string | undefined {
  const text = typeof value === "string" ? value : (value as Partial<URL> | null)?.href;
  try {
    // As the platform writes it: the host in lower case, and a path.
    const { href } = new URL(String(text));
    return /^(https?:\/\/[^@/]+(?:\/+[^/?#]+)*)\/*$/.exec(href)?.[1];
  } catch {
    return undefined;
  }
}

/** @throws TypeError if a request would send a credential over a network without TLS */
export function assertSecure(url: string, allowInsecureHttp: boolean): void {
  if (allowInsecureHttp || /^(https:|http:\/\/(localhost|127(\.\d+){3}|\[::1])(:\d+)?(\/|$))/.test(url)) return;
  throw new TypeError(`baseUrl must be ${baseUrl.rule}`);
}

const HEADERS_OF_THE_CLIENT =
  "Accept, Accept-Language, Authorization, Content-Type, X-Retailer-Id, X-Treat-Ids-As-Internal".split(", ");

// They belong to the connection or frame the message (RFC 9110, sections 7.6.1 and 10.1), so `fetch` rejects or drops them.
const HEADERS_OF_THE_CONNECTION = (
  "Connection, Content-Length, Expect, HTTP2-Settings, Keep-Alive, Proxy-Connection, TE, Trailer, Transfer-Encoding, " +
  "Upgrade"
).split(", ");

const RESERVED_HEADERS = [...HEADERS_OF_THE_CLIENT, ...HEADERS_OF_THE_CONNECTION];

/** Further headers, by their names in lower case. */
export const headers: OptionRule = {
  read: readHeaders,
  rule: `an object of header names and strings, other than ${RESERVED_HEADERS.join(", ")}`,
  explain: explainHeaders,
};

function readHeaders(value: unknown): Readonly<Record<string, string>> | undefined {
  try {
    return explainHeaders(value) === undefined ? Object.fromEntries(new Headers(value as HeadersInit)) : undefined;
  } catch {
    return undefined; // The platform's own error may quote the value.
  }
}

function explainHeaders(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Symbol.iterator in value ? (value as Headers) : Object.entries(value); // Also `Headers`, and pairs.
  for (const [name, text] of entries as Iterable<[string, unknown]>) {
    const reserved = RESERVED_HEADERS.find((header) => header.toLowerCase() === name.toLowerCase());
    if (reserved !== undefined && HEADERS_OF_THE_CLIENT.includes(reserved)) return `the client sets ${reserved} itself`;
    if (reserved !== undefined) return `no request can carry ${reserved}`;
    if (typeof text !== "string") return `${name} is ${text === null ? "null" : typeof text}`;
    const problem = text === "" ? "it is empty" : howMissing(text);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

/** Checks the tag, which objects of other realms share, but signals and arrays do not. */
function isPlainObject(value: unknown): value is object {
  return ["[object Object]", "[object Module]"].includes(Object.prototype.toString.call(value));
}

/** Each option as absent, so that what somebody has put on `Object.prototype` does not count in its place. */
export function absent<Name extends string>(rules: Readonly<Record<Name, OptionRule>>): Record<Name, undefined> {
  return Object.fromEntries(Object.keys(rules).map((name) => [name, undefined])) as Record<Name, undefined>;
}

/**
 * Reads each option once, so that changing the object later changes nothing.
 *
 * @throws TypeError that names the option
 */
export function readOptions<Name extends string>(
  options: unknown,
  rules: Readonly<Record<Name, OptionRule>>,
  required: readonly Name[] = [],
): Partial<Record<Name, unknown>> {
  if (!isPlainObject(options)) throw new TypeError("options must be an object");
  const names = Object.keys(rules) as Name[];
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(rules, name));
  if (unknown !== undefined) throw new TypeError(`${unknown} is not an option; the options are ${names.join(", ")}`);
  const given: Partial<Record<Name, unknown>> = {};
  for (const name of names) {
    // What somebody has put on `Object.prototype` is not an option of this caller.
    const value = Object.hasOwn(options, name) || !(name in {}) ? (options as typeof given)[name] : undefined;
    if (value === undefined && !required.includes(name)) continue;
    const { read, rule, explain } = rules[name];
    given[name] = read(value);
    if (given[name] !== undefined) continue;
    const reason = explain?.(value);
    throw new TypeError(
      `${name} ${value === undefined ? "is missing. It " : ""}must be ${rule}${reason ? ` (${reason})` : ""}`,
    );
  }
  return given;
}

/**
 * Checks that an order id can be sent, and that it looks like what it is: not empty, white space only, `.` or `..` (which
 * would change the path of the request), and without control and invisible characters, line ends and lone surrogates.
 * Every other string arrives as it is.
 *
 * @throws TypeError that says what is invalid
 */
export function assertOrderId(orderId: unknown): asserts orderId is string {
  assertId("orderId", orderId);
}

/** The rule for every id that a caller passes. @throws TypeError */
export function assertId(name: string, id: unknown): asserts id is string {
  if (typeof id !== "string") throw new TypeError(`${name} must be a string, not ${id && typeof id}`);
  if (/^(\s*|\.\.?)$/.test(id)) throw new TypeError(`${name} must not be empty, white space only, "." or ".."`);
  const code = id.match(INVISIBLE)?.[0].codePointAt(0);
  if (code === undefined) return;
  const character = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  throw new TypeError(`${name} must not contain ${character} (an invisible or control character, or a lone surrogate)`);
}
