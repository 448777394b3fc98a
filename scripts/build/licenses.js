import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licenses of the packages that files come from, as these licenses ask for in a bundle.
 *
 * @param {string[]} files absolute paths
 */
export async function licensesOf(files) {
  const folders = new Set(files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map(licenseOf));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** @param {string} folder of a package */
async function licenseOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  if (!file) throw new Error(`${name} has no license file`);
  return `${name} ${version} (${license})\n\n${await readFile(join(folder, file), "utf8")}`;
}
