import { Agent } from "undici";
import { aBoolean, duration, integer, option, readOptions, type OptionRule } from "../check-options.js";
import { DISPATCHER_RULE, isDispatcher, proxyDispatcher, type Sender } from "./dispatchers.js";

/** What {@link undiciFetch} takes. An invalid option throws a `TypeError` that names it, at once. */
export interface UndiciFetchOptions {
  /**
   * The most connections to one server at a time; further requests wait for a free one, within their time limit.
   *
   * @default one connection for each request in flight
   */
  connections?: number | undefined;

  /**
   * How long an idle connection is kept, in milliseconds. Set it below the server's own limit, so that no request uses
   * a connection that the server is about to close. A `Keep-Alive` header in a response takes precedence.
   *
   * @default 4000
   */
  keepAliveTimeoutMs?: number | undefined;

  /**
   * Whether to use HTTP/2 with servers that support it over TLS.
   *
   * @default false
   */
  allowH2?: boolean | undefined;

  /**
   * `"env"` sends requests through the proxies that the environment names at this moment, almost as curl reads it: `HTTPS_PROXY`
   * for https, `HTTP_PROXY` for http, `ALL_PROXY` for both, in lower case first; each an HTTP proxy, as a URL or as
   * `host:port`. `NO_PROXY` lists names (with all below them), addresses, ranges of them and `*`. An invalid variable is a
   * `TypeError` that names it, whether it would be used or not. http to a loopback host never goes through a proxy.
   *
   * @default no proxy
   */
  proxy?: "env" | undefined;

  /**
   * A dispatcher of your own, of undici 7 or later, such as an `Agent` with your certificates or a `MockAgent`. It excludes
   * all other options, and `close()` leaves it open.
   */
  dispatcher?: AnyDispatcher | undefined;
}

/** A dispatcher of any version: the types of two versions of undici do not fit each other, even where their code does. */
export interface AnyDispatcher {
  dispatch(options: never, handler: never): boolean;
}

const RULES: Record<keyof UndiciFetchOptions, OptionRule> = {
  connections: integer(1, Number.MAX_SAFE_INTEGER),
  keepAliveTimeoutMs: duration(1),
  allowH2: aBoolean,
  proxy: option((value) => value === "env", '"env"'),
  dispatcher: option(isDispatcher, DISPATCHER_RULE),
};

/**
 * Checks the options and returns the dispatcher for them.
 *
 * @throws TypeError that names the option
 */
export function readDispatcher(options: unknown): { dispatcher: Sender; isOwn: boolean } {
  const { dispatcher, ...others } = readOptions(options, RULES) as UndiciFetchOptions; // The rules check the types.
  const [other] = Object.keys(others);
  if (dispatcher && other !== undefined)
    throw new TypeError(`${other} cannot be combined with dispatcher; configure the dispatcher instead`);
  return dispatcher
    ? { dispatcher: dispatcher as Sender, isOwn: false }
    : { dispatcher: createDispatcher(others), isOwn: true };
}

function createDispatcher(options: Omit<UndiciFetchOptions, "dispatcher">): Sender {
  const { connections = null, keepAliveTimeoutMs: keepAliveTimeout = 4000, allowH2 = false, proxy } = options;
  const settings = { connections, keepAliveTimeout, allowH2 };
  return proxy === "env" ? proxyDispatcher(settings) : new Agent(settings);
}
