import { Agent, type Dispatcher } from "undici";
import { abortSignal, option, printable, readOptions, type OptionRule } from "../check-options.js";
import { ACCEPT_ENCODING, decode } from "./decoders.js";
import { Exchange } from "./exchange.js";
import { DISPATCHER_RULE, readDispatcher, type UndiciFetchOptions } from "./options.js";

export type { UndiciFetchOptions };

/** A function for the `fetch` option of `createChatClient` and `createTokenProvider`. */
export interface UndiciFetch {
  /**
   * Sends one request. This is not a general `fetch`: `init` takes `method`, `headers`, `body` (a string), `redirect`
   * (`"manual"`), `cache` (`"no-store"`) and `signal`, and a `TypeError` names any other member. Of the response
   * there are the status, the headers and `body`, which can be iterated over once. There are no redirects, no cookies,
   * no cache and no blocked ports.
   */
  (url: string, init?: RequestInit): Promise<Response>;

  /**
   * Closes the pool: waits for the requests in flight, then closes the connections. Later requests are rejected with a
   * `TypeError`. A program that ends need not call it, since idle connections do not keep a process alive.
   */
  close(): Promise<void>;
}

// Bun replaces undici, even an installed one: https://bun.com/docs/runtime/nodejs-compat
const NO_UNDICI =
  "undiciFetch cannot run here: this runtime replaces undici with a stub, as Bun does. Leave out the fetch option; Bun's own fetch keeps connections open and reads HTTPS_PROXY";

/**
 * Creates a `fetch` that sends requests through undici's connection pool directly, without the overhead of the Fetch
 * standard.
 *
 * @example
 * const chat = createChatClient({ accessToken, fetch: undiciFetch() });
 *
 * @throws TypeError that names the invalid option, or on Bun, whose undici is a stub
 */
export function undiciFetch(options: UndiciFetchOptions = {}): UndiciFetch {
  if (typeof Agent.prototype.dispatch !== "function") throw new TypeError(NO_UNDICI);
  const { dispatcher, isOwn } = readDispatcher(options);
  let closing: Promise<void> | undefined;

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const { request, signal } = readRequest(url, init);
    if (closing) throw new TypeError("close() was called on this undiciFetch");
    if (signal?.aborted) throw signal.reason;
    const exchange = new Exchange(signal);
    const { status, statusText, headers } = await exchange.send(dispatcher, request).catch((error: unknown) => {
      throw isOldUndiciError(error) ? new TypeError(`dispatcher must be ${DISPATCHER_RULE}`) : error;
    });
    const response = {
      type: "basic",
      url: request.origin + request.path,
      redirected: false,
      status,
      statusText,
      ok: status <= 299, // None below 200 gets here.
      headers,
      body: decode(exchange, headers.get("content-encoding"), signal),
    };
    return response as unknown as Response; // As much of it as this package's clients read.
  }

  return Object.assign(send, { close: () => (closing ??= isOwn ? dispatcher.close() : Promise.resolve()) });
}

/** What the clients of this package send; any other member, or another value, is rejected by name. */
const RULES = {
  method: printable,
  headers: option((value) => typeof value === "object" && value !== null, "an object with the headers"),
  body: option((value) => typeof value === "string" || value === null, "a string or null"),
  redirect: option((value) => value === "manual", '"manual", because redirects are not followed'),
  cache: option((value) => value === "no-store", '"no-store", because there is no cache'),
  signal: abortSignal,
} satisfies Partial<Record<keyof RequestInit, OptionRule>>;

/** The members of `init`, as the rules have checked them. */
interface CheckedInit {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: HeadersInit;
  readonly body?: string | null;
  readonly signal?: AbortSignal;
}

/**
 * Translates the arguments of `fetch` to those of undici.
 *
 * @throws TypeError when the URL is invalid, or that names the member of `init` that is not supported
 */
function readRequest(url: string, init: RequestInit) {
  const { method = "GET", headers = {}, body = null, signal } = readOptions(init, RULES) as CheckedInit;
  const { origin, pathname, search, username, password } = new URL(url);
  if (username || password) throw new TypeError("the URL must not include credentials");
  // Names and values in turn. The names are in lower case, as `fetch` sends them.
  const fields: string[] = [];
  for (const [name, value] of Symbol.iterator in headers ? headers : Object.entries(headers))
    fields.push(name.toLowerCase(), value);
  if (!fields.includes("accept-encoding")) fields.push("accept-encoding", ACCEPT_ENCODING);
  const request = {
    origin,
    path: pathname + search,
    method,
    headers: fields,
    body,
    idempotent: method !== "POST", // Only idempotent requests share an HTTP/2 connection.
    maxRedirections: 0, // A dispatcher of the user's must not follow redirects either.
    // The signal sets the time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  return { request, signal };
}

/** What an older undici says of a newer one's handler, behind a dispatcher of the user's own. */
function isOldUndiciError(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === "UND_ERR_INVALID_ARG" && /^invalid on[A-Z][a-z]+ method$/.test(String(message));
}
