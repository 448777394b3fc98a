import { explainToken, isToken, TOKEN_RULE, type AccessToken } from "./access-token.js";
import * as check from "./check-options.js";
import type { Attempt, Fetch, Locale } from "./types.js";

/** The options of {@link createChatClient}. An invalid option throws a `TypeError` that names it, at once. */
export interface ChatClientOptions extends CallOptions, ServerOptions {
  /** The access token, without `Bearer`, or a function that returns it. */
  accessToken: AccessToken;

  /**
   * The longest wait between two attempts, in milliseconds. If the server asks for a longer one with `Retry-After`, the
   * call ends at once.
   *
   * @default 20000
   */
  maxRetryDelayMs?: number | undefined;
}

/** The options of `markMessagesAsRead`. Where the client has an option of the same name, the call's takes precedence;
 * `headers` are merged, name by name. */
export interface MarkMessagesAsReadOptions extends CallOptions {
  /** The access token for this call, or a function that returns it. */
  accessToken?: AccessToken | undefined;

  /**
   * Whether the order id is Instacart's own (`true`) or the retailer's (`false`). If omitted, the header is not sent. The
   * meaning is inferred from the name of the header, `X-Treat-Ids-As-Internal`, which Instacart lists without a description.
   */
  treatIdsAsInternal?: boolean | undefined;

  /** Aborts the call at any moment, also while it waits for a retry or a token. It then rejects with the signal's `reason`. */
  signal?: AbortSignal | undefined;
}

/** The options that say where requests go, and how. */
export interface ServerOptions {
  /**
   * The server: `https`, or `http` on a loopback host; without query, fragment and user info. Instacart assigns each
   * retailer one for development and one for production.
   *
   * @default "https://connect.instacart.com"
   */
  baseUrl?: string | URL | undefined;

  /**
   * Allows `http` to any host, such as a mock in a container. Unsafe: access tokens and client secrets then cross the
   * network in clear text.
   *
   * @default false
   */
  allowInsecureHttp?: boolean | undefined;

  /**
   * Additional headers for every request, such as those of a gateway or trace ids. Values must be strings. Headers that the
   * client sets itself are rejected, except for `User-Agent`, and so are those of the connection, such as `Keep-Alive`. In
   * a browser, the server's CORS policy must allow them.
   */
  headers?: Readonly<Record<string, string>> | undefined;

  /**
   * How long one attempt may take, in milliseconds: from the call of `fetch`, connecting included, to the last byte of the
   * body. Also how long the `accessToken` function may take.
   *
   * @default 10000
   */
  timeoutMs?: number | undefined;

  /**
   * Any WHATWG `fetch`, called as `(url: string, init)`. Defaults to `globalThis.fetch`, looked up at each call. Avoid one
   * built on `XMLHttpRequest`: it follows redirects and sends them the token.
   */
  fetch?: Fetch | undefined;

  /** Called after each attempt with its record, which never contains a secret. Errors that it throws are ignored. */
  onAttempt?: ((attempt: Attempt) => void) | undefined;
}

/** The options that both the client and each call have. */
interface CallOptions extends Pick<ServerOptions, "headers" | "timeoutMs"> {
  /**
   * The banner's slug, sent as `X-Retailer-Id`. Required only if you have several banners. If omitted, the header is not
   * sent.
   */
  retailerId?: string | undefined;

  /**
   * The language of the API's messages, sent as `Accept-Language`: a language tag, or a list of them with weights, such as
   * `fr-CA, en-CA;q=0.8`. The API supports `en-US`, `en-CA` and `fr-CA`. If none of them matches, it uses the default of
   * the country: `en-US` for the United States, `en-CA` for Canada. If omitted, the header is not sent.
   */
  locale?: Locale | (string & {}) | undefined;

  /**
   * The number of retries after the first attempt. Instacart does not document whether the request may be repeated.
   * Repeating it is harmless, since it marks all unread messages, but a retry counts only messages that were still unread.
   *
   * @default 2
   */
  maxRetries?: number | undefined;
}

/** What applies if an option is omitted. */
export const DEFAULTS = {
  baseUrl: "https://connect.instacart.com",
  allowInsecureHttp: false,
  headers: {} as Readonly<Record<string, string>>,
  timeoutMs: 10_000,
  maxRetries: 2,
  maxRetryDelayMs: 20_000,
  fetch: ((url, init) => globalThis.fetch(url, init)) as Fetch,
};

export const SERVER_RULES: Record<keyof ServerOptions, check.OptionRule> = {
  baseUrl: check.baseUrl,
  allowInsecureHttp: check.aBoolean,
  headers: check.headers,
  timeoutMs: check.duration(1),
  fetch: check.aFunction,
  onAttempt: check.aFunction,
};

const CALL_RULES: Record<keyof CallOptions | "accessToken", check.OptionRule> = {
  accessToken: check.option(
    (value) => isToken(value) || typeof value === "function",
    `${TOKEN_RULE}, or a function that returns it`,
    (value) => (value === undefined ? undefined : explainToken(value)),
  ),
  retailerId: check.printable,
  locale: check.languages,
  timeoutMs: SERVER_RULES.timeoutMs,
  maxRetries: check.integer(0, Number.MAX_SAFE_INTEGER),
  headers: check.headers,
};

const CLIENT_RULES: Record<keyof ChatClientOptions, check.OptionRule> = {
  ...CALL_RULES,
  ...SERVER_RULES,
  maxRetryDelayMs: check.duration(0),
};

/** The options of `markMessagesAsRead`. */
export const MARK_MESSAGES_AS_READ_RULES: Record<keyof MarkMessagesAsReadOptions, check.OptionRule> = {
  ...CALL_RULES,
  treatIdsAsInternal: check.aBoolean,
  signal: check.abortSignal,
};

/** Options after they were checked, with the defaults filled in. */
export type Settings<Options, Defaults> = Readonly<Omit<Options, keyof Defaults> & Defaults>;

type ClientSettings = Settings<ChatClientOptions, typeof DEFAULTS>;

/** @throws TypeError that names the option */
export function readClientOptions(options: unknown): ClientSettings {
  const settings = readServerOptions<ChatClientOptions, typeof DEFAULTS>(
    options,
    CLIENT_RULES,
    ["accessToken"],
    DEFAULTS,
  );
  return { ...check.absent(MARK_MESSAGES_AS_READ_RULES), ...settings };
}

/**
 * Reads the options of whatever sends requests.
 *
 * @throws TypeError that names the option
 */
export function readServerOptions<Options, Defaults extends { baseUrl: string; allowInsecureHttp: boolean }>(
  options: unknown,
  rules: Readonly<Record<keyof Options, check.OptionRule>>,
  required: readonly (keyof Options & string)[],
  defaults: Defaults,
): Settings<Options, Defaults> {
  // The rules have checked that each value has its type.
  const given = check.readOptions(options, rules, required);
  const settings = { ...check.absent(rules), ...defaults, ...given } as Settings<Options, Defaults>;
  const { baseUrl, allowInsecureHttp }: { baseUrl: string; allowInsecureHttp: boolean } = settings;
  check.assertSecure(baseUrl, allowInsecureHttp);
  return settings;
}

/**
 * Reads the options of one call, which take precedence over those of the client.
 *
 * @param rules those of the operation
 * @throws TypeError that names the option
 */
export function readCallOptions<Options extends CallOptions, Client extends ClientSettings>(
  client: Client,
  options: Options | undefined,
  rules: Readonly<Record<keyof Options & string, check.OptionRule>>,
): Client & Partial<Options> {
  if (options === undefined) return client as Client & Partial<Options>;
  const call = check.readOptions(options, rules) as Partial<Options>; // The rules have checked that each value has its type.
  return { ...client, ...call, headers: { ...client.headers, ...call.headers } };
}
