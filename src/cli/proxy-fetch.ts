import type { Fetch } from "../index.js";
import { UsageError } from "./exit-status.js";
import { readVariable, type ProcessIO } from "./process-io.js";
import { errorText } from "./text.js";

/** A `fetch` that uses the proxy from the environment, if there is one. @throws UsageError if a variable is invalid */
export async function proxyFetch(io: Pick<ProcessIO, "env">): Promise<Fetch> {
  const hasProxy = Object.keys(io.env).some((name) => /^(https?|all)_proxy$/i.test(name) && readVariable(io, name));
  if ("bun" in process.versions || !hasProxy) return globalThis.fetch; // Bun knows proxies itself, and has no undici.
  const { undiciFetch } = await import("../undici/index.js"); // It takes a while to load.
  try {
    return undiciFetch({ proxy: "env" });
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(errorText(error)) : error;
  }
}
