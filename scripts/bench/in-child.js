import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cert } from "../../test/support/self-signed.js";

/**
 * @typedef {object} Measurements
 * @property {typeof import("./cpu.js").measure} cpu
 * @property {typeof import("./loopback.js").measure} loopback
 * @property {typeof import("./undici.js").measure} undici
 * @property {typeof import("./heap.js").measure} heap
 * @property {typeof import("./amplification.js").measure} amplification
 */

/**
 * @template {keyof Measurements} Name
 * @param {Name} name the file whose `measure` is run, in a process of its own
 * @param {string} project where the clients are installed
 * @param {AbortSignal} signal
 * @returns {Promise<Awaited<ReturnType<Measurements[Name]>>>}
 */
export async function measureInChild(name, project, signal) {
  const file = fileURLToPath(new URL("child.js", import.meta.url));
  // Node reads it at its start, so that every client trusts the server.
  const certificate = join(project, "certificate.pem");
  await writeFile(certificate, cert);
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
  // A client's code is to stay compiled while the others have their turns.
  const child = fork(file, [name, project], { execArgv: ["--expose-gc", "--no-flush-bytecode"], env, signal });
  const ended = once(child, "exit").then(() => [{ problem: `the measurement ${name} ended before it had a result` }]);
  const [{ result, problem }] = await Promise.race([once(child, "message"), ended]);
  if (problem) throw new Error(problem);
  return result;
}
