import { EventEmitter } from "node:events";
import { types } from "node:util";
import { Agent, ProxyAgent, type Dispatcher } from "undici";
import { readProxyVariables } from "./proxy-variables.js";

/** What this folder needs of a dispatcher. */
export type Sender = Pick<Dispatcher, "dispatch" | "close">;

/** Sends each request through the proxy that the environment names for its server. Reads the environment once. */
export function proxyDispatcher(settings: Agent.Options): Sender {
  const proxyFor = readProxyVariables(process.env);
  const direct = new Agent(settings);
  const agents = new Map<string, ProxyAgent>(); // By the proxy and its user.
  const agentFor = (server: URL) => {
    const proxy = proxyFor(server);
    if (!proxy) return direct;
    const key = JSON.stringify(proxy);
    const agent = agents.get(key) ?? new ProxyAgent({ ...settings, ...proxy });
    agents.set(key, agent);
    return agent;
  };
  return {
    dispatch: (request, handler) => agentFor(new URL(String(request.origin))).dispatch(request, handler),
    close: async () => void (await Promise.all([direct, ...agents.values()].map((agent) => agent.close()))),
  };
}

export const DISPATCHER_RULE =
  "a dispatcher of undici 7 or later, such as an Agent; those of undici 5 and 6, and of the fetch in Node 20 and 22, do not fit";

/**
 * Whether a value is a dispatcher that can call the handlers of undici 7. No dispatcher tells its version, but `compose`,
 * which does nothing without interceptors, returns a `Proxy` from undici 7 on; undici 5 has none.
 */
export function isDispatcher(value: unknown): boolean {
  const dispatcher = value as Partial<Dispatcher> | null | undefined;
  if (typeof dispatcher?.dispatch !== "function") return false;
  if (typeof dispatcher.compose === "function") return types.isProxy(dispatcher.compose());
  return !(dispatcher instanceof EventEmitter); // Without both, it is the user's own.
}

/** What an older undici says of a newer one's handler, behind a dispatcher of the user's own. */
export function isOldUndiciError(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === "UND_ERR_INVALID_ARG" && /^invalid on[A-Z][a-z]+ method$/.test(String(message));
}
