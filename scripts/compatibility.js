// Compares the description with that of the last release, openapi/released.yaml, and fails when the version does not say
// how far they differ. A release ends with copying openapi/openapi.yaml over it; until the first one, it is what 0.1.0
// is going to be.
import { resolve } from "node:path";
import { fail, refuseArguments } from "./fail.js";
import { description, root } from "./paths.js";
import { redocly } from "./redocly.js";

/** @typedef {"patch" | "minor" | "major"} Step */
/** @typedef {{ path: string, typeName: string, kind: string, impact: Step, verdicts: { message: string }[] }} Change */
/** @typedef {{ infoVersions: { base: string, revision: string }, bump?: Step, changes: Change[] }} Comparison */

// By the changelog, before 1.0.0 a minor version may break things; whatever else is new comes with a patch.
const STEPS_BEFORE_1 = /** @type {const} */ ({ major: "minor", minor: "patch", patch: "patch" });

refuseArguments("compatibility");
try {
  const { infoVersions, bump, changes } = await compare();
  const { base: released, revision: version } = infoVersions;
  const breaking = changes.filter(breaks);
  const impact = breaking.length > 0 ? "major" : bump;
  if (impact) assertCovered(infoVersions, impact, breaking);
  const what = impact ? `${version} says how far the description has moved` : "the description has not changed";
  console.log(`compatibility: ${what} since ${released}`);
} catch (error) {
  fail("compatibility", error);
}

/** @returns {Promise<Comparison>} */
async function compare() {
  const files = [resolve(root, "openapi/released.yaml"), description];
  const { exitCode, stdout, stderr } = await redocly(["diff", ...files, "--format", "json", "--fail-on", "none"]);
  if (exitCode !== 0) throw new Error(`openapi/openapi.yaml cannot be compared with openapi/released.yaml\n${stderr}`);
  return JSON.parse(stdout);
}

/**
 * @param {{ base: string, revision: string }} versions
 * @param {Step} impact
 * @param {Change[]} breaking
 */
function assertCovered({ base: released, revision: version }, impact, breaking) {
  const step = numbers(released)[0] === 0 ? STEPS_BEFORE_1[impact] : impact;
  const needed = stepped(released, step);
  if (!isBefore(version, needed)) return;
  for (const change of breaking) console.error(`${reason(change)} (${change.path})`);
  const which = breaking.length > 0 ? "the changes above break callers and" : "the changes of the description";
  throw new Error(
    `${which} need a ${step} step from ${released} to ${needed}, but the version is ${version}; set it in openapi/openapi.yaml, and with \`npm version ${needed} --no-git-tag-version --ignore-scripts\` in package.json`,
  );
}

/** @param {Change} change */
function breaks(change) {
  return change.impact === "major" || bodyAppears(change);
}

/** To Redocly a new body is an addition, but callers do not send it. @param {Change} change */
function bodyAppears({ path, typeName, kind }) {
  return typeName === "RequestBody" && kind === "added" && path.startsWith("#/paths/");
}

/** @param {Change} change */
function reason(change) {
  return bodyAppears(change) ? "A request body was added." : change.verdicts.map(({ message }) => message).join(" ");
}

/**
 * @param {string} version
 * @param {Step} step
 */
function stepped(version, step) {
  const [major, minor, patch] = numbers(version);
  if (step === "major") return `${major + 1}.0.0`;
  return step === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/**
 * @param {string} version
 * @param {string} other
 */
function isBefore(version, other) {
  const [a, b] = [numbers(version), numbers(other)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at !== -1 && Number(a[at]) < Number(b[at]);
}

/**
 * @param {string} version
 * @returns {[number, number, number]}
 */
function numbers(version) {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  if (patch === undefined) throw new Error(`a version is three numbers, such as 0.1.0, not ${version}`);
  return [Number(major), Number(minor), Number(patch)];
}
