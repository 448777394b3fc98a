import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "./paths.js";

/**
 * Runs Node in the root of the repository and passes its output through.
 *
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, signal?: AbortSignal }} options `env` is added to the environment
 * @throws when the exit status is not 0
 */
export async function runNode(args, { env, signal } = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit", signal });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`${args.join(" ")} failed, see above`);
}
