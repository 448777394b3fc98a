import type { Fetch } from "../index.js";
import { readVariable, type ProcessIO } from "./process-io.js";
import { errorText } from "./text.js";
import { UsageError } from "./usage-error.js";

/**
 * A `fetch` that uses the proxy from the environment, if there is one. Not every Node can do that by itself. Bun can,
 * and has no undici.
 *
 * @throws UsageError if a variable is invalid
 */
export async function proxyFetch(io: Pick<ProcessIO, "env">): Promise<Fetch> {
  if (
    "bun" in process.versions ||
    !Object.keys(io.env).some((name) => /^(https?|all)_proxy$/i.test(name) && readVariable(io, name))
  )
    return globalThis.fetch;
  const { undiciFetch } = await import("../undici/index.js"); // It takes a while to load.
  try {
    return undiciFetch({ proxy: "env" });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(errorText(error));
    throw error;
  }
}
