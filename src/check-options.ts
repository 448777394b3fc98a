/** How to read the value of an option: returns it as it will be used, or `undefined` if it breaks the rule. */
export interface OptionRule {
  readonly read: (value: unknown) => unknown;
  readonly rule: string;
}

/** An option that is used as it is. */
export function option(isValid: (value: unknown) => boolean, rule: string): OptionRule {
  return { read: (value) => (isValid(value) ? value : undefined), rule };
}

/** Text that can be sent everywhere, and be found again in whatever echoes it. */
export const printable = option(isPrintable, "a non-empty string of printable ASCII characters");

export const aFunction = option((value) => typeof value === "function", "a function");

export const aBoolean = option((value) => typeof value === "boolean", "true or false");

/** Signals of other realms and of polyfills count, too. */
export const abortSignal = option((value) => {
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
  rule: "an https URL, or http on a loopback host, without query, fragment and user info",
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
export function assertSecure(baseUrl: string, allowInsecureHttp: boolean): void {
  if (allowInsecureHttp || /^(https:|http:\/\/(localhost|127(\.\d+){3}|\[::1])(:\d+)?(\/|$))/.test(baseUrl)) return;
  throw new TypeError(
    "baseUrl must be an https URL, or http on a loopback host; allowInsecureHttp: true allows http to any host, such as a mock in a container",
  );
}

// Those that the client sets itself, and those that frame the message.
const RESERVED_HEADERS =
  /^(authorization|accept|accept-language|content-type|x-(retailer-id|treat-ids-as-internal)|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|te|trailer)$/;

/** Further headers, by their names in lower case. */
export const headers: OptionRule = {
  read: readHeaders,
  rule: "an object with a string for each header name, without those that the client sets itself",
};

function readHeaders(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isPlainObject(value)) return undefined;
  const read: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    const lowerCase = name.toLowerCase();
    if (RESERVED_HEADERS.test(lowerCase))
      throw new TypeError(`headers must not contain ${name}, which the client sets itself`);
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || lowerCase in read || !isPrintable(text))
      throw new TypeError(`headers.${JSON.stringify(name)} must be one header name, with ${printable.rule}`);
    read[lowerCase] = text as string;
  }
  return read;
}

function isPrintable(value: unknown): boolean {
  return typeof value === "string" && /^[!-~]([ -~]*[!-~])?$/.test(value);
}

/** By its tag, which an object of another realm has, too, and a signal or a list does not. */
function isPlainObject(value: unknown): value is object {
  return /^\[object (Object|Module)]$/.test(Object.prototype.toString.call(value));
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
  if (!isPlainObject(options)) throw new TypeError("options must be an object with options");
  const names = Object.keys(rules);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${unknown} is not an option; the options are ${names.join(", ")}`);
  const given: Partial<Record<Name, unknown>> = {};
  for (const name of names as Name[]) {
    const value = (options as typeof given)[name];
    if (value === undefined && !required.includes(name)) continue;
    const { read, rule } = rules[name];
    given[name] = read(value);
    if (given[name] === undefined)
      throw new TypeError(`${name} ${value === undefined ? "is missing:" : "must be"} ${rule}`);
  }
  return given;
}

const UNSENDABLE = /[\p{Cc}\p{Cs}]/u;

// Format characters and what Unicode lets a renderer ignore, separators of lines, and the blank of Braille.
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]/u;

/**
 * Rejects an order id that would not arrive as it is, or that does not look like what it is: `.` and `..` would even
 * change the path of the request.
 *
 * @throws TypeError
 */
export function assertOrderId(orderId: unknown): asserts orderId is string {
  const problem = orderIdProblem(orderId);
  if (problem) throw new TypeError(`orderId must ${problem}`);
}

function orderIdProblem(orderId: unknown): string | undefined {
  if (typeof orderId !== "string") return `be a string, not ${orderId && typeof orderId}`;
  if (!orderId.trim()) return "not be empty or white space only";
  if (/^\.\.?$/.test(orderId)) return `not be "${orderId}", which names another path`;
  if (UNSENDABLE.test(orderId)) return "not contain control characters or lone surrogates";
  const [invisible] = INVISIBLE.exec(orderId) ?? [];
  return invisible && `not contain invisible characters, such as U+${hex(invisible)}`;
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
