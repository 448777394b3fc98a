import { isToken, TOKEN_RULE, type AccessToken } from "./access-token.js";
import type { Attempt } from "./attempt.js";
import { baseUrl } from "./base-url.js";
import { classOf } from "./class-of.js";
import { aFunction, duration, integer, option, printable, readOptions, type OptionRule } from "./option-rules.js";
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

/** What applies where an option is absent. */
export const DEFAULTS = {
  baseUrl: "https://connect.instacart.com",
  timeoutMs: 10_000,
  maxRetries: 2,
  maxRetryDelayMs: 20_000,
  fetch: ((url, init) => globalThis.fetch(url, init)) as Fetch,
};

// The keys are checked by the compiler to be exactly the locales of the description.
const LOCALES: Record<Locale, true> = { "en-US": true, "en-CA": true, "fr-CA": true };
const LOCALE_NAMES: readonly unknown[] = Object.keys(LOCALES);

/** The rules of the options that every request to the API has. */
export const REQUEST_RULES = { baseUrl, timeoutMs: duration(1), fetch: aFunction };

const SHARED_RULES: Record<keyof RequestOptions | "accessToken", OptionRule> = {
  accessToken: option(
    (value) => isToken(value) || typeof value === "function",
    `${TOKEN_RULE}, or a function that gives it`,
  ),
  retailerId: printable,
  locale: option((value) => LOCALE_NAMES.includes(value), `one of ${LOCALE_NAMES.join(", ")}`),
  timeoutMs: REQUEST_RULES.timeoutMs,
  maxRetries: integer(0, Number.MAX_SAFE_INTEGER),
};

const CLIENT_RULES: Record<keyof ChatClientOptions, OptionRule> = {
  ...SHARED_RULES,
  ...REQUEST_RULES,
  maxRetryDelayMs: duration(0),
  onAttempt: aFunction,
};

const CALL_RULES: Record<keyof MarkMessagesAsReadOptions, OptionRule> = {
  ...SHARED_RULES,
  treatIdsAsInternal: option((value) => typeof value === "boolean", "true or false"),
  signal: option((value) => classOf(value) === "AbortSignal", "an AbortSignal"),
};

/** The options of a client, checked, with the defaults filled in. */
export type ClientSettings = Defined<ChatClientOptions & { baseUrl: string }, "accessToken" | keyof typeof DEFAULTS>;

/** The options of one call, over those of its client. */
export type CallSettings = ClientSettings & Defined<MarkMessagesAsReadOptions, never>;

export type Defined<Options, Present extends keyof Options> = {
  readonly [Name in Present]-?: Exclude<Options[Name], undefined>;
} & {
  readonly [Name in Exclude<keyof Options, Present>]?: Exclude<Options[Name], undefined>;
};

/** @throws TypeError that names the option */
export function readClientOptions(options: unknown): ClientSettings {
  // The rules have checked each value to be what its type says.
  return { ...DEFAULTS, ...readOptions(options, CLIENT_RULES, ["accessToken"]) } as ClientSettings;
}

/** @throws TypeError that names the option */
export function readCallOptions(client: ClientSettings, options: unknown): CallSettings {
  if (options === undefined) return client;
  return { ...client, ...(readOptions(options, CALL_RULES) as Defined<MarkMessagesAsReadOptions, never>) };
}
