// What the suite runs in: binaries, which the npm registry has as packages, and a project with the packed package.
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../common/paths.js";

/** The supported Node lines. */
export const NODE_LINES = ["20", "22", "24", "26"];

/**
 * @param {string} folder
 * @param {string} version a line, which means its newest version, or an exact version
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} the path of its binary
 */
export function installNode(folder, version, signal) {
  return installBinary(folder, `node-${process.platform}-${process.arch}`, version, "bin/node", signal);
}

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

/**
 * A project with the package from its tarball and the suite of test/runtimes.
 *
 * @param {string} project the folder to create
 * @param {string} tarball
 * @param {AbortSignal} [signal]
 */
export async function installPackage(project, tarball, signal) {
  for (const part of ["runtimes", "support/operations.js", "support/outcome.js"])
    await cp(join(root, "test", part), join(project, part), { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", tarball];
  await promisify(execFile)("npm", args, { cwd: project, signal });
}
