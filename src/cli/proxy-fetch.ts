import type { Fetch } from "../index.js";
import { readVariable, type ProcessIO } from "./process-io.js";

const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/** `fetch`, through the proxy of the environment if there is one, which Node 20 and 22 cannot do by themselves. */
export async function proxyFetch(io: Pick<ProcessIO, "env">): Promise<Fetch> {
  if (!PROXY_VARIABLES.some((name) => readVariable(io, name))) return globalThis.fetch;
  const { undiciFetch } = await import("../undici/index.js"); // It takes a while to load.
  return undiciFetch({ proxy: "env" });
}
