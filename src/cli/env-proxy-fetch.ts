import { EnvHttpProxyAgent, fetch } from "undici";
import type { Fetch } from "../index.js";

/** `fetch` through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. */
export function envProxyFetch(): Fetch {
  const dispatcher = new EnvHttpProxyAgent();
  return (url, init) => fetch(url, { ...init, dispatcher } as object) as unknown as Promise<Response>;
}
