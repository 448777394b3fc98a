// Runs one suite, test/runtimes/cases.js, with the packed package in every supported runtime, against the mock and a
// misbehaving server. Prints a table, and fails unless every case passed everywhere.
import { join } from "node:path";
import { startSurroundings } from "../../test/runtimes/server.js";
import { runInFolder } from "../common/fail.js";
import { pack } from "../build/pack.js";
import { installPackage } from "./install.js";
import { runtimes, versionOf } from "./runtimes.js";

/** @typedef {import("./runtimes.js").Runtime} Runtime */
/** @typedef {import("./runtimes.js").Surroundings} Surroundings */

const LIMIT_MS = 180_000; // To install one runtime and to run the suite in it.
const COLUMN_WIDTHS = [17, 13];

await runInFolder("test:runtimes", async (folder, signal) => {
  const { surroundings, close } = await startSurroundings();
  await runAll(surroundings, folder, signal).finally(close);
});

/** @param {Surroundings} surroundings @param {string} folder @param {AbortSignal} stop */
async function runAll(surroundings, folder, stop) {
  const { tarball } = await pack(folder);
  const project = join(folder, "project");
  await installPackage(project, tarball, stop);
  const all = await runtimes();
  /** @type {string[]} */
  const problems = [];
  const suites = new Set();
  console.log("test:runtimes: the packed package and one suite, in each runtime");
  row("runtime", "version", "cases passed");
  for (const runtime of all) {
    const { version, results, problem } = await runIn(runtime, { project, surroundings, folder, stop });
    if (problem) {
      row(runtime.name, version, `not run: ${problem}`);
      problems.push(`${runtime.name} could not run it`);
      continue;
    }
    const failures = results.filter(({ passed }) => !passed);
    row(runtime.name, version, `${results.length - failures.length} of ${results.length}`);
    for (const { name, error } of failures) console.log(`    failed: ${name}: ${error}`);
    if (failures.length > 0) problems.push(`${runtime.name} ${version} failed ${failures.length}`);
    suites.add(results.map(({ name }) => name).join("\n"));
  }
  if (suites.size > 1) problems.push("the runtimes did not run the same cases");
  if (problems.length > 0) throw new Error(`${problems.join("; ")}, see above`);
  console.log(`test:runtimes: every case passed in all ${all.length}`);
}

/**
 * @param {Runtime} runtime
 * @param {{ project: string, surroundings: Surroundings, folder: string, stop: AbortSignal }} place
 */
async function runIn({ install, runSuite }, { project, surroundings, folder, stop }) {
  stop.throwIfAborted();
  const limit = AbortSignal.timeout(LIMIT_MS);
  const signal = AbortSignal.any([stop, limit]);
  let version = "–";
  try {
    const program = await install(folder, signal);
    version = await versionOf(program);
    const results = await runSuite({ program, project, surroundings, signal });
    return { version, results };
  } catch (error) {
    stop.throwIfAborted();
    const problem = limit.aborted ? `it took more than ${LIMIT_MS / 1000} s` : oneLine(error);
    return { version, results: [], problem };
  }
}

/** @param {string[]} cells */
function row(...cells) {
  console.log(`  ${cells.map((cell, column) => cell.padEnd(COLUMN_WIDTHS[column] ?? 0)).join("  ")}`);
}

/** @param {unknown} error */
function oneLine(error) {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 300);
}
