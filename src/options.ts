import { isToken, TOKEN_RULE, type AccessToken } from "./access-token.js";
import type { Attempt } from "./attempt.js";
import type { Locale } from "./types.js";

/** What {@link createChatClient} takes. A wrong value is a `TypeError` that names the option, thrown at once. */
export interface ChatClientOptions extends RequestOptions {
  /** The access token, without `Bearer`, or a function that gives it. */
  accessToken: AccessToken;

  /**
   * The server: `https`, or `http` on a loopback host, without query, fragment and user info. Instacart assigns each
   * retailer one for development and one for production.
   *
   * @default "https://connect.instacart.com"
   */
  baseUrl?: string | URL | undefined;

  /**
   * The longest wait between two attempts, in milliseconds. When the server asks with `Retry-After` for a longer one,
   * the call ends at once.
   *
   * @default 20000
   */
  maxRetryDelayMs?: number | undefined;

  /** Any WHATWG `fetch`. Without it, `globalThis.fetch` as it is at each call. */
  fetch?: Fetch | undefined;

  /** Called after each attempt. What it throws changes nothing. */
  onAttempt?: ((attempt: Attempt) => void) | undefined;
}

/** What `markMessagesAsRead` takes. Where the client has an option of the same name, the call's own wins. */
export interface MarkMessagesAsReadOptions extends RequestOptions {
  /** The access token for this call, or a function that gives it. */
  accessToken?: AccessToken | undefined;

  /**
   * Whether the order id is Instacart's own (`true`) or the retailer's (`false`). The meaning is inferred from the name
   * of the header, `X-Treat-Ids-As-Internal`, which the API lists without a description. Without it the header is not sent.
   */
  treatIdsAsInternal?: boolean | undefined;

  /** Aborts the call at any moment, waiting included; it then rejects with the signal's own `reason`. */
  signal?: AbortSignal | undefined;
}

/** What both the client and each call take. */
interface RequestOptions {
  /**
   * Names the banner; sent as `X-Retailer-Id`. The API requires it of retailers with several banners, and only of them.
   * Without it the header is not sent.
   */
  retailerId?: string | undefined;

  /** The language of the answer; sent as `Accept-Language`. Without it the API takes the language of the location. */
  locale?: Locale | undefined;

  /**
   * How long one attempt may take, in milliseconds, from the first byte sent to the last byte of the body received; also
   * how long the `accessToken` function may take.
   *
   * @default 10000
   */
  timeoutMs?: number | undefined;

  /**
   * How many further attempts may follow the first. The API does not say whether the request may be repeated; since it
   * marks all unread messages, a repeat does no harm, but it counts only what was still unread.
   *
   * @default 2
   */
  maxRetries?: number | undefined;
}

/** Any function that works as the WHATWG `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const DEFAULTS = {
  baseUrl: "https://connect.instacart.com",
  timeoutMs: 10_000,
  maxRetries: 2,
  maxRetryDelayMs: 20_000,
  fetch: ((url, init) => globalThis.fetch(url, init)) as Fetch,
};

// The keys are checked by the compiler to be exactly the locales of the description.
const LOCALES: Record<Locale, true> = { "en-US": true, "en-CA": true, "fr-CA": true };

const MAX_TIMER_MS = 2 ** 31 - 1; // A longer `setTimeout` fires at once.

type OptionName = keyof ChatClientOptions | keyof MarkMessagesAsReadOptions;

/** How to read the value of an option: as it is to be used, or `undefined` when it breaks the rule. */
interface OptionRule {
  readonly read: (value: unknown) => unknown;
  readonly rule: string;
}

const aFunction: OptionRule = {
  read: (value) => (typeof value === "function" ? value : undefined),
  rule: "a function",
};

function integer(least: number, most: number): OptionRule {
  const isOne = (value: unknown) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
  return { read: (value) => (isOne(value) ? value : undefined), rule: `an integer from ${least} to ${most}` };
}

function string(pattern: RegExp, rule: string): OptionRule {
  return { read: (value) => (typeof value === "string" && pattern.test(value) ? value : undefined), rule };
}

const RULES: Record<OptionName, OptionRule> = {
  accessToken: {
    read: (value) => (isToken(value) ? value : aFunction.read(value)),
    rule: `${TOKEN_RULE}, or a function that gives it`,
  },
  baseUrl: {
    read: readBaseUrl,
    rule: "an https URL, or http on a loopback host, without query, fragment and user info",
  },
  retailerId: string(/^[!-~]([ -~]*[!-~])?$/, "a non-empty string of printable ASCII characters"),
  locale: string(new RegExp(`^(${Object.keys(LOCALES).join("|")})$`), `one of ${Object.keys(LOCALES).join(", ")}`),
  timeoutMs: integer(1, MAX_TIMER_MS),
  maxRetries: integer(0, Number.MAX_SAFE_INTEGER),
  maxRetryDelayMs: integer(0, MAX_TIMER_MS),
  fetch: aFunction,
  onAttempt: aFunction,
  treatIdsAsInternal: { read: (value) => (typeof value === "boolean" ? value : undefined), rule: "true or false" },
  signal: { read: (value) => (isAbortSignal(value) ? value : undefined), rule: "an AbortSignal" },
};

const CLIENT_OPTIONS = [
  "accessToken",
  "baseUrl",
  "retailerId",
  "locale",
  "timeoutMs",
  "maxRetries",
  "maxRetryDelayMs",
  "fetch",
  "onAttempt",
] as const;
const CALL_OPTIONS = [
  "accessToken",
  "treatIdsAsInternal",
  "retailerId",
  "locale",
  "timeoutMs",
  "maxRetries",
  "signal",
] as const;

/** The options of a client, checked, with the defaults filled in. */
export type ClientSettings = Defined<ChatClientOptions & { baseUrl: string }, "accessToken" | keyof typeof DEFAULTS>;

/** The options of one call, over those of its client. */
export type CallSettings = ClientSettings & Defined<MarkMessagesAsReadOptions, never>;

type Defined<Options, Present extends keyof Options> = {
  readonly [Name in Present]-?: Exclude<Options[Name], undefined>;
} & {
  readonly [Name in Exclude<keyof Options, Present>]?: Exclude<Options[Name], undefined>;
};

/** @throws TypeError that names the option */
export function readClientOptions(options: unknown): ClientSettings {
  const given = readOptions(options, CLIENT_OPTIONS);
  if (given["accessToken"] === undefined) throw new TypeError(`accessToken is missing: ${RULES.accessToken.rule}`);
  // The rules above have checked each value to be what its type says.
  return { ...DEFAULTS, ...given } as ClientSettings;
}

/** @throws TypeError that names the option */
export function readCallOptions(client: ClientSettings, options: unknown): CallSettings {
  return { ...client, ...(readOptions(options, CALL_OPTIONS) as Defined<MarkMessagesAsReadOptions, never>) };
}

/** Reads each option once, so that a later change of the object changes nothing. */
function readOptions(options: unknown, names: readonly OptionName[]): Record<string, unknown> {
  if (!["Object", "Module"].includes(classOf(options))) throw new TypeError("options must be an object with options");
  for (const name of Object.keys(options as object)) {
    if (!names.some((known) => known === name))
      throw new TypeError(`${name} is not an option; the options are ${names.join(", ")}`);
  }
  const given: Record<string, unknown> = {};
  for (const name of names) {
    const value: unknown = Reflect.get(options as object, name);
    if (value === undefined) continue;
    given[name] = RULES[name].read(value);
    if (given[name] === undefined) throw new TypeError(`${name} must be ${RULES[name].rule}`);
  }
  return given;
}

/** The URL without slashes at its end, or `undefined` when it is none that the client may use. */
function readBaseUrl(value: unknown): string | undefined {
  if (typeof value !== "string" && classOf(value) !== "URL") return undefined;
  let url: URL;
  try {
    url = new URL(value as string | URL);
  } catch {
    return undefined;
  }
  const isAllowed = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return isAllowed && !url.username && !url.password && !/[?#]/.test(url.href)
    ? url.href.replace(/\/+$/, "")
    : undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || /^127(\.\d+){3}$/.test(hostname) || hostname === "[::1]";
}

function isAbortSignal(value: unknown): boolean {
  return classOf(value) === "AbortSignal";
}

/** The class that an object says it has; unlike `instanceof` it works across realms, such as a test environment's. */
function classOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
