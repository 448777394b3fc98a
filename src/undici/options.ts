import { EventEmitter } from "node:events";
import { types } from "node:util";
import { Agent, Pool, ProxyAgent, type Dispatcher } from "undici";
import { aBoolean, duration, integer, option, readOptions, type OptionRule } from "../check-options.js";
import { readProxyVariables } from "./proxy-variables.js";

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

  /** Whether to use HTTP/2 with servers that support it over TLS. @default false */
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

/** What this folder needs of a dispatcher. */
type Sender = Pick<Dispatcher, "dispatch" | "close">;

export const DISPATCHER_RULE =
  "a dispatcher of undici 7 or later, such as an Agent; those of undici 5 and 6, and of the fetch in Node 20 and 22, do not fit";

const RULES: Record<keyof UndiciFetchOptions, OptionRule> = {
  connections: integer(1, Number.MAX_SAFE_INTEGER),
  keepAliveTimeoutMs: duration(1),
  allowH2: aBoolean,
  proxy: option((value) => value === "env", '"env"'),
  dispatcher: option(isDispatcher, DISPATCHER_RULE),
};

/**
 * Whether a value is a dispatcher that can call the handlers of undici 7. No dispatcher tells its version, but `compose`,
 * which does nothing without interceptors, returns a `Proxy` from undici 7 on; undici 5 has none.
 */
function isDispatcher(value: unknown): boolean {
  const dispatcher = value as Partial<Dispatcher> | null | undefined;
  if (typeof dispatcher?.dispatch !== "function") return false;
  if (typeof dispatcher.compose === "function") return types.isProxy(dispatcher.compose());
  return !(dispatcher instanceof EventEmitter); // Without both, it is the user's own.
}

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
  if (dispatcher) return { dispatcher: dispatcher as Sender, isOwn: false };
  const { connections = null, keepAliveTimeoutMs: keepAliveTimeout = 4000, allowH2 = false, proxy } = others;
  const settings = { connections, keepAliveTimeout, allowH2 };
  return { dispatcher: proxy ? proxyDispatcher(settings) : new Agent(settings), isOwn: true };
}

// How long a proxy may take to open a tunnel: as long as undici waits for any connection. Nothing else would end that.
const MAX_TUNNEL_MS = 10_000;

/** Sends each request through the proxy that the environment names for its server. Reads the environment once. */
function proxyDispatcher(settings: Agent.Options): Sender {
  const proxyFor = readProxyVariables(process.env);
  const direct = new Agent(settings);
  const clientFactory = (origin: URL, options: object) =>
    new Pool(origin, { ...options, headersTimeout: MAX_TUNNEL_MS });
  const agents = new Map<string, ProxyAgent>(); // By the proxy and its user.
  return {
    dispatch(request, handler) {
      const proxy = proxyFor(new URL(String(request.origin)));
      if (!proxy) return direct.dispatch(request, handler);
      const key = JSON.stringify(proxy);
      const agent = agents.get(key) ?? new ProxyAgent({ ...settings, ...proxy, clientFactory });
      agents.set(key, agent);
      return agent.dispatch(request, handler);
    },
    close: async () => void (await Promise.all([direct, ...agents.values()].map((agent) => agent.close()))),
  };
}
