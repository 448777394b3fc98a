// A project with the package from its tarball and the suite of test/runtimes.
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../common/paths.js";

/**
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
