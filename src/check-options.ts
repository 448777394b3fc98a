/** Reads an option: returns the value to use, or `undefined` if it is invalid. */
export interface OptionRule {
  readonly read: (value: unknown) => unknown;
  readonly rule: string;
}

/** An option that is used as it is. */
export function option(isValid: (value: unknown) => boolean, rule: string): OptionRule {
  return { read: (value) => (isValid(value) ? value : undefined), rule };
}

/** Text that every header can carry, and that can be redacted if a server echoes it. */
export const printable: OptionRule = option(isPrintable, "a non-empty string of printable ASCII characters");

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
  rule: "an https URL, or http on a loopback host or with allowInsecureHttp, without query, fragment and user info",
};

function readBaseUrl(value: unknown): string | undefined {
  const text = typeof value === "string" ? value : (value as Partial<URL> | null)?.href;
  try {
    // As the platform writes it: the host in lower case, and a path.
    const { href } = new URL(String(text));
    return /^https?:\/\/[^@/]+\/[^?#]*$/.test(href) ? href.replace(/\/+$/, "") : undefined;
  } catch {
    return undefined;
  }
}

/** @throws TypeError if a request would send a credential over a network without TLS */
export function assertSecure(url: string, allowInsecureHttp: boolean): void {
  if (allowInsecureHttp || /^(https:|http:\/\/(localhost|127(\.\d+){3}|\[::1])(:\d+)?(\/|$))/.test(url)) return;
  throw new TypeError(`baseUrl must be ${baseUrl.rule}`);
}

// Those that the client sets itself, and those that frame the message.
const RESERVED_HEADERS =
  "Accept, Accept-Language, Authorization, Connection, Content-Length, Content-Type, Transfer-Encoding, X-Retailer-Id, X-Treat-Ids-As-Internal";

/** Further headers, by their names in lower case. */
export const headers: OptionRule = {
  read: readHeaders,
  rule: `an object of header names and values, other than ${RESERVED_HEADERS}`,
};

function readHeaders(value: unknown): Readonly<Record<string, string>> | undefined {
  try {
    const read = new Headers(value as Record<string, string>);
    return RESERVED_HEADERS.split(", ").some((name) => read.has(name)) ? undefined : Object.fromEntries(read);
  } catch {
    return undefined; // The platform's own error may quote the value.
  }
}

function isPrintable(value: unknown): value is string {
  return typeof value === "string" && /^[!-~]([ -~]*[!-~])?$/.test(value);
}

/** Checks the tag, which objects of other realms share, but signals and arrays do not. */
function isPlainObject(value: unknown): value is object {
  return ["[object Object]", "[object Module]"].includes(Object.prototype.toString.call(value));
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
    const value = (options as typeof given)[name];
    if (value === undefined && !required.includes(name)) continue;
    const { read, rule } = rules[name];
    given[name] = read(value);
    if (given[name] === undefined)
      throw new TypeError(`${name} ${value === undefined ? "is missing:" : "must be"} ${rule}`);
  }
  return given;
}

// Control characters, lone surrogates, and what looks like nothing: format characters and what Unicode lets a renderer
// ignore, separators of lines, and the blank of Braille.
const UNSENDABLE = /[\p{Cc}\p{Cs}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/u;

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
  const problem = idProblem(id);
  if (problem) throw new TypeError(`${name} must ${problem}`);
}

function idProblem(id: unknown): string | undefined {
  if (typeof id !== "string") return `be a string, not ${id && typeof id}`;
  if (/^(\s*|\.\.?)$/.test(id)) return 'not be empty, white space only, "." or ".."';
  const [character] = UNSENDABLE.exec(id) ?? [];
  return character && `not contain U+${hex(character)} (an invisible or control character, or a lone surrogate)`;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
