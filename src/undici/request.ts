import type { Dispatcher } from "undici";
import { abortSignal, option, printable, readOptions, type OptionRule } from "../check-options.js";
import { ACCEPT_ENCODING } from "./decoders.js";

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

/** A request as undici takes it. */
export interface UndiciRequest {
  readonly options: Dispatcher.DispatchOptions & { readonly origin: string; readonly maxRedirections: 0 };
  readonly signal: AbortSignal | undefined;
}

/**
 * Translates the arguments of `fetch`.
 *
 * @throws TypeError when the URL is invalid, or that names the member of `init` that is not supported
 */
export function readRequest(url: string, init: RequestInit): UndiciRequest {
  const { method = "GET", headers = {}, body = null, signal } = readOptions(init, RULES) as CheckedInit;
  const { origin, path } = readUrl(url);
  const options = {
    origin,
    path,
    method,
    headers: toFields(headers),
    body,
    idempotent: method !== "POST", // Only idempotent requests share an HTTP/2 connection.
    maxRedirections: 0, // A dispatcher of the user's must not follow redirects either.
    // The signal sets the time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  } as const;
  return { options, signal };
}

// A path that the URL parser leaves as it is: it has no dot segments, and nothing to encode.
const PLAIN_PATH = /^(\/(?!(\.|%2e){1,2}(\/|$))[\w!$%&'()*+,.:;=@~-]*)+$/i;

let lastOrigin = "";

/** Parsing a URL takes a twentieth of a call, so only the first one of an origin is parsed. */
function readUrl(url: string): { origin: string; path: string } {
  const path = url.slice(lastOrigin.length);
  if (lastOrigin && url.startsWith(lastOrigin) && PLAIN_PATH.test(path)) return { origin: lastOrigin, path };
  const { origin, pathname, search, username, password } = new URL(url);
  if (username || password) throw new TypeError("the URL must not include credentials");
  lastOrigin = origin;
  return { origin, path: pathname + search };
}

/** Names and values in turn. The names are in lower case, as `fetch` sends them. */
function toFields(headers: HeadersInit): string[] {
  const fields: string[] = [];
  for (const [name, value] of Symbol.iterator in headers ? headers : Object.entries(headers))
    fields.push(name.toLowerCase(), value);
  if (!fields.includes("accept-encoding")) fields.push("accept-encoding", ACCEPT_ENCODING);
  return fields;
}
