// Compares the spec with that of the last release, openapi/released.yaml, and fails when its version does not cover the
// changes. A release copies openapi/openapi.yaml over it; until the first release, it is the draft of 0.1.0.
import semver from "semver";
import { fail, rejectArguments } from "../common/fail.js";
import { releasedSpecFile, specFile } from "../common/paths.js";
import { redocly } from "../common/redocly.js";

/** @typedef {"patch" | "minor" | "major"} Step */
/** @typedef {{ path: string, typeName: string, kind: string, impact: Step, verdicts: { message: string }[] }} Change */
/** @typedef {{ infoVersions: { base: string, revision: string }, bump?: Step, changes: Change[] }} Comparison */

// As CHANGELOG.md says, before 1.0.0 a minor version may break callers, and everything else is a patch.
const STEPS_BEFORE_1 = /** @type {const} */ ({ major: "minor", minor: "patch", patch: "patch" });

rejectArguments("compatibility");
try {
  const { infoVersions, bump, changes } = await compare();
  const { base: released, revision: version } = infoVersions;
  const breaking = changes.filter(breaks);
  const impact = breaking.length > 0 ? "major" : bump;
  if (impact) assertCovered(infoVersions, impact, breaking);
  console.log(
    impact
      ? `compatibility: version ${version} covers the changes of the spec since ${released}`
      : `compatibility: the spec has not changed since ${released}`,
  );
} catch (error) {
  fail("compatibility", error);
}

/** @returns {Promise<Comparison>} */
async function compare() {
  const { exitCode, stdout, stderr } = await redocly([
    "diff",
    releasedSpecFile,
    specFile,
    "--format",
    "json",
    "--fail-on",
    "none",
  ]);
  if (exitCode !== 0) throw new Error(`openapi/openapi.yaml cannot be compared with openapi/released.yaml\n${stderr}`);
  return JSON.parse(stdout);
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
