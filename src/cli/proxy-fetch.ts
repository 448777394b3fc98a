import type { Fetch } from "../index.js";
import { readVariable, type ProcessIO } from "./process-io.js";

const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/** A `fetch` that uses the proxy from the environment, if there is one. Not every Node can do that by itself. */
export async function proxyFetch(io: Pick<ProcessIO, "env">): Promise<Fetch> {
  if (!PROXY_VARIABLES.some((name) => readVariable(io, name))) return globalThis.fetch;
  const { undiciFetch } = await import("../undici/index.js"); // It takes a while to load.
  return undiciFetch({ proxy: "env" });
}
