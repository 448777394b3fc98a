import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "./paths.js";

/** @typedef {{ env?: Record<string, string>, signal?: AbortSignal }} Options `env` is added to the environment */

/**
 * Runs Node in the root of the repository and passes its output through.
 *
 * @param {string[]} args
 * @param {Options} options
 * @returns {Promise<number>} the exit status
 */
export async function statusOfNode(args, { env, signal } = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit", signal });
  const [status] = await once(child, "exit");
  return status ?? 1;
}

/**
 * The same for what must succeed.
 *
 * @param {string[]} args
 * @param {Options} [options]
 */
export async function runNode(args, options) {
  if ((await statusOfNode(args, options)) !== 0) throw new Error(`${args.join(" ")} failed, see above`);
}
