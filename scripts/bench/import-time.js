// How long a fresh process takes to import each client, without the start of Node itself.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CLIENTS, OPENAPI_FETCH } from "./clients.js";
import { interleave } from "./rounds.js";
import { compare } from "./statistics.js";

const ROUNDS = { rounds: 20, warmUpRounds: 2 };
const CODE = `const startedAt = performance.now();
await import(process.argv[1]);
console.log(performance.now() - startedAt);`;

/**
 * @param {string} project where the clients are installed
 * @param {AbortSignal} signal
 * @returns milliseconds, by the names of the clients
 */
export async function measureImports(project, signal) {
  const specifiers = CLIENTS.flatMap((client) => (client.import ? [[client.name, client.import]] : []));
  const importOnce = async (/** @type {string} */ specifier) => {
    const args = ["--input-type=module", "--eval", CODE, specifier];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project, signal });
    return Number(stdout);
  };
  return compare(await interleave(Object.fromEntries(specifiers), importOnce, ROUNDS), OPENAPI_FETCH);
}
