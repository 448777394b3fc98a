import type { Fetch } from "../index.js";
import { readVariable, type ProcessIO } from "./process-io.js";
import { errorText } from "./text.js";
import { UsageError } from "./usage-error.js";

const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/**
 * A `fetch` that uses the proxy from the environment, if there is one. Not every Node can do that by itself. Bun can,
 * and has no undici.
 *
 * @throws UsageError if a variable is invalid
 */
export async function proxyFetch(io: Pick<ProcessIO, "env">): Promise<Fetch> {
  if ("bun" in process.versions || !PROXY_VARIABLES.some((name) => readVariable(io, name))) return globalThis.fetch;
  const { undiciFetch } = await import("../undici/index.js"); // It takes a while to load.
  try {
    return undiciFetch({ proxy: "env" });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(errorText(error));
    throw error;
  }
}
