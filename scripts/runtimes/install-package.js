// Projects with the package from its tarball and the suite of test/runtimes.
import { execFile } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../common/paths.js";

/**
 * @param {string} project the folder to create
 * @param {string} tarball
 * @param {{ undici?: string | undefined, signal?: AbortSignal }} options `undici` also installs that version of it
 */
export async function installPackage(project, tarball, { undici, signal } = {}) {
  for (const part of ["runtimes", "support/operations.js", "support/outcome.js"])
    await cp(join(root, "test", part), join(project, part), { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const packages = undici === undefined ? [tarball] : [tarball, `undici@${undici}`];
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages];
  await promisify(execFile)("npm", args, { cwd: project, signal });
}
