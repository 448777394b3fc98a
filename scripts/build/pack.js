// Builds and packs the package as a release does.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../common/paths.js";

const run = promisify(execFile);

/**
 * @param {string} folder for the tarball
 * @returns {Promise<{ tarball: string, files: string[] }>} its path, and the files in it
 */
export async function pack(folder) {
  await run(process.execPath, ["scripts/build/index.js"], { cwd: root });
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await run("npm", args, { cwd: root });
  /** @type {[{ filename: string, files: { path: string }[] }]} */
  const [{ filename, files }] = JSON.parse(stdout);
  return { tarball: join(folder, filename), files: files.map(({ path }) => path).sort() };
}
