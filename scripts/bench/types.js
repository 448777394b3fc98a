// How many types the compiler instantiates for one call of each client.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../common/paths.js";
import { CLIENTS } from "./clients.js";

const TSC = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const FLAGS = ["--noEmit", "--extendedDiagnostics", "--strict", "--skipLibCheck", "--target", "es2022"]
  .concat(["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom,dom.iterable"])
  .concat(["--types", "node", "--typeRoots", join(root, "node_modules/@types")]);

/**
 * @param {string} project where the clients are installed
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, number>>} how many types, by the names of the clients
 */
export async function countInstantiations(project, signal) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { name, file } of CLIENTS) {
    const args = [TSC, ...FLAGS, `clients/${file}.ts`];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project, signal }).catch((error) => {
      throw new Error(`the call of ${name} does not compile: ${(error.stdout || error.message).split("\n")[0]}`);
    });
    counts[name] = Number(/^Instantiations: +(\d+)$/m.exec(stdout)?.[1]);
  }
  return counts;
}
