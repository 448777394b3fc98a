// Compares the spec with that of the last release, which is read from its git tag, and fails when its version does not
// cover the changes.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import semver from "semver";
import { runInFolder } from "../common/fail.js";
import { root, specFile } from "../common/paths.js";
import { redocly } from "../common/redocly.js";

/** @typedef {"patch" | "minor" | "major"} Step */
/** @typedef {{ path: string, typeName: string, kind: string, impact: Step, verdicts: { message: string }[] }} Change */
/** @typedef {{ infoVersions: { base: string, revision: string }, bump?: Step, changes: Change[] }} Comparison */

// As CHANGELOG.md says, before 1.0.0 a minor version may break callers, and everything else is a patch.
const STEPS_BEFORE_1 = /** @type {const} */ ({ major: "minor", minor: "patch", patch: "patch" });

await runInFolder("compatibility", async (folder) => console.log(`compatibility: ${await compatibility(folder)}`));

/** @param {string} folder @returns {Promise<string>} what was found */
async function compatibility(folder) {
  const missing = await missingHistory();
  // Where it decides what is merged or released, nothing may pass unchecked.
  if (missing && process.env["CI"]) throw new Error(missing);
  if (missing) return `not checked: ${missing}`;
  const tags = (await git("tag", "--list", "v*", "--merged")).split("\n").filter((tag) => semver.valid(tag));
  const [newest] = semver.rsort(tags);
  return newest === undefined ? "there is no release yet, so any change is compatible" : check(newest, folder);
}

/** Why the last release is unknown, if it is. */
async function missingHistory() {
  const isShallow = await git("rev-parse", "--is-shallow-repository").catch((error) => error);
  if (isShallow instanceof Error) return `the last release is read from the history of git, but: ${isShallow.message}`;
  if (isShallow.trim() === "true") return "this clone is shallow; run `git fetch --unshallow --tags`";
  return undefined;
}

/** @param {string} tag @param {string} folder @returns {Promise<string>} what was found */
async function check(tag, folder) {
  const { infoVersions, bump, changes } = await compare(tag, join(folder, "openapi.yaml"));
  const { base: released, revision: version } = infoVersions;
  const breaking = changes.filter(breaks);
  const impact = breaking.length > 0 ? "major" : bump;
  if (!impact) return `the spec has not changed since ${released}`;
  assertCovered(infoVersions, impact, breaking);
  return `version ${version} covers the changes of the spec since ${released}`;
}

/** @param {string} tag @param {string} releasedSpecFile to write @returns {Promise<Comparison>} */
async function compare(tag, releasedSpecFile) {
  await writeFile(releasedSpecFile, await git("show", `${tag}:openapi/openapi.yaml`));
  const options = ["--format", "json", "--fail-on", "none"];
  const { exitCode, stdout, stderr } = await redocly(["diff", releasedSpecFile, specFile, ...options]);
  if (exitCode !== 0) throw new Error(`openapi/openapi.yaml cannot be compared with that of ${tag}\n${stderr}`);
  return JSON.parse(stdout);
}

/** @param {string[]} args */
async function git(...args) {
  return (await promisify(execFile)("git", args, { cwd: root })).stdout;
}

/**
 * @param {{ base: string, revision: string }} versions
 * @param {Step} impact
 * @param {Change[]} breaking
 */
function assertCovered({ base: released, revision: version }, impact, breaking) {
  const step = semver.major(released) === 0 ? STEPS_BEFORE_1[impact] : impact;
  const needed = semver.inc(released, step) ?? "";
  if (semver.gte(version, needed)) return;
  for (const change of breaking) console.error(`${reason(change)} (${change.path})`);
  const which = breaking.length > 0 ? "the changes above break callers and" : "the changes of the spec";
  throw new Error(
    `${which} need a ${step} step from ${released} to ${needed}, but the version is ${version}; set it in openapi/openapi.yaml, and with \`npm version ${needed} --no-git-tag-version --ignore-scripts\` in package.json`,
  );
}

/** @param {Change} change */
function breaks(change) {
  return change.impact === "major" || bodyAppears(change);
}

/** Redocly calls a new request body an addition, but callers do not send it yet. @param {Change} change */
function bodyAppears({ path, typeName, kind }) {
  return typeName === "RequestBody" && kind === "added" && path.startsWith("#/paths/");
}

/** @param {Change} change */
function reason(change) {
  return bodyAppears(change) ? "A request body was added." : change.verdicts.map(({ message }) => message).join(" ");
}
