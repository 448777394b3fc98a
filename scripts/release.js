// Makes of the working tree the version that package.json has: npm runs it in `npm version`, before it commits and tags.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fail, refuseArguments } from "./fail.js";
import { description, root } from "./paths.js";
import { runNode } from "./run-node.js";

const CHANGELOG = resolve(root, "CHANGELOG.md");
const RELEASED = resolve(root, "openapi/released.yaml");

refuseArguments("release");
try {
  const { version, repository } = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));
  if (!repository)
    throw new Error("package.json does not name its repository, which npm needs to say where the package comes from");
  const changelog = datedChangelog(await readFile(CHANGELOG, "utf8"), version);

  await replaceIn(description, /^ {2}version: .+$/m, `  version: ${version}`);
  for (const script of ["scripts/compatibility.js", "scripts/generate.js"]) {
    await runNode([script]).catch((error) => {
      throw new Error(`${error.message}; \`git restore .\` takes back what was begun`);
    });
  }
  await copyFile(description, RELEASED);
  await writeFile(CHANGELOG, changelog);
  console.log(`release: the description, generated/ and the changelog are those of ${version}`);
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
    throw new Error("CHANGELOG.md says nothing under `## Unreleased`; write what users will notice");
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
