import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "./paths.js";

/**
 * Runs Node in the repository's root, showing what it prints.
 *
 * @param {string[]} args
 * @param {Record<string, string>} env what to add to the environment
 * @throws when it does not end with status 0
 */
export async function runNode(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`${args.join(" ")} failed, see above`);
}
