import { Agent, EnvHttpProxyAgent, type Dispatcher } from "undici";
import { aBoolean, duration, integer, option, readOptions, type OptionRule } from "../check-options.js";

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
   * `"env"` sends requests through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, by undici's
   * `EnvHttpProxyAgent`.
   *
   * @default no proxy
   */
  proxy?: "env" | undefined;

  /**
   * A dispatcher of your own, such as an `Agent` with your certificates or a `MockAgent`. It excludes all other options,
   * and `close()` leaves it open.
   */
  dispatcher?: Dispatcher | undefined;
}

const RULES: Record<keyof UndiciFetchOptions, OptionRule> = {
  connections: integer(1, Number.MAX_SAFE_INTEGER),
  keepAliveTimeoutMs: duration(1),
  allowH2: aBoolean,
  proxy: option((value) => value === "env", '"env"'),
  dispatcher: option(isDispatcher, "a dispatcher of undici, such as an Agent"),
};

/**
 * Checks the options and returns the dispatcher for them.
 *
 * @throws TypeError that names the option
 */
export function readDispatcher(options: unknown): { dispatcher: Dispatcher; isOwn: boolean } {
  const { dispatcher, ...others } = readOptions(options, RULES) as UndiciFetchOptions; // The rules check the types.
  const [other] = Object.keys(others);
  if (dispatcher && other !== undefined)
    throw new TypeError(`${other} cannot be combined with dispatcher; configure the dispatcher instead`);
  return dispatcher ? { dispatcher, isOwn: false } : { dispatcher: createDispatcher(others), isOwn: true };
}

function createDispatcher(options: Omit<UndiciFetchOptions, "dispatcher">): Dispatcher {
  const { connections = null, keepAliveTimeoutMs: keepAliveTimeout = 4000, allowH2 = false, proxy } = options;
  const settings = { connections, keepAliveTimeout, allowH2 };
  return proxy === "env" ? new EnvHttpProxyAgent(settings) : new Agent(settings);
}

function isDispatcher(value: unknown): boolean {
  return typeof (value as Dispatcher | null)?.dispatch === "function";
}
