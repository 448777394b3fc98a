// Brings the working tree to the version in package.json. `npm version` runs it before it commits and tags.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fail, rejectArguments } from "../common/fail.js";
import { root, specFile } from "../common/paths.js";
import { runNode } from "../common/run-node.js";

const CHANGELOG = resolve(root, "CHANGELOG.md");

rejectArguments("release");
try {
  const { version, repository } = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));
  if (!repository)
    throw new Error("package.json has no `repository`, which npm needs for the provenance of the package");
  const changelog = datedChangelog(await readFile(CHANGELOG, "utf8"), version);

  await replaceIn(specFile, /^ {2}version: .+$/m, `  version: ${version}`);
  for (const script of ["scripts/compatibility/index.js", "scripts/generate/index.js"]) {
    await runNode([script], { env: { CI: "true" } }).catch((error) => {
      throw new Error(`${error.message}; \`git restore .\` undoes what was done so far`);
    });
  }
  await writeFile(CHANGELOG, changelog);
  console.log(`release: the spec, generated/ and the changelog now have version ${version}`);
} catch (error) {
  fail("release", error);
}

/**
 * @param {string} changelog
 * @param {string} version
 */
function datedChangelog(changelog, version) {
  const [, notes = ""] = /^## Unreleased\n(.*?)(?=^## |$(?![^]))/ms.exec(changelog) ?? [];
  if (notes.trim() === "")
    throw new Error("CHANGELOG.md has nothing under `## Unreleased`; write what users will notice");
  const today = new Date().toISOString().slice(0, "2026-01-01".length);
  return changelog.replace("## Unreleased\n", `## Unreleased\n\n## ${version} – ${today}\n`);
}

/**
 * @param {string} file
 * @param {RegExp} pattern
 * @param {string} replacement
 */
async function replaceIn(file, pattern, replacement) {
  const content = await readFile(file, "utf8");
  await writeFile(file, content.replace(pattern, replacement));
}
