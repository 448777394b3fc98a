// Changes the spec, one node at a time, and fails if a change passes unnoticed through lint, generation, the tests and the
// type check. Each stage gets the changes that the cheaper stages before it did not notice.
import { execFile } from "node:child_process";
import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { mutantsOf } from "./mutants.js";
import { spec } from "../common/spec.js";
import { runInFolder } from "../common/fail.js";
import { generatedFiles } from "../generate/generated-files.js";
import { redoclyConfig, root } from "../common/paths.js";
import { redocly } from "../common/redocly.js";
import { TOLERATED } from "./tolerated.js";

/** @typedef {import("./mutants.js").Mutant & { files: Record<string, string> }} Mutant `files`: what is generated from it */
/**
 * @typedef {object} Stage
 * @property {number} [atOnce] how many mutants it takes, where starting its tool takes longer than its work
 * @property {(mutants: Mutant[]) => Promise<boolean[]>} notices whether it notices each of them
 */

const WORKERS = 2;
const TEST_TIMEOUT_MS = 60_000; // A test that a busy machine slows down must not look like one that noticed a change.
const LIGHT_TESTS = ["documented-facts", "schemas", "valid-invalid-bodies"]; // They need no mock.
const TYPES = ["api.d.ts", "validators.d.ts", "operations.d.ts"];
const PARTS = ["openapi", "generated", "scripts", "src", "test", "package.json", "tsconfig.json"];
/** @type {Record<string, Stage>} */
const STAGES = {
  lint: { atOnce: 50, notices: lint },
  generation: { notices: generation },
  "light tests": { atOnce: 50, notices: lightTests },
  "contract tests": { notices: contractTests },
  types: { notices: types },
};

const require = createRequire(import.meta.url);
const VITEST = resolve(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
const TSC = require.resolve("typescript/bin/tsc");

let folder = "";
let copies = 0;
const unchanged = { name: "no change", document: spec, files: await generatedFiles(/** @type {any} */ (spec)) };

await runInFolder("test:mutation", async (given, stop) => {
  folder = given;
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  // A stage that rejects the unchanged spec would reject every change.
  for (const [name, stage] of Object.entries(STAGES))
    if ((await unnoticedBy(stage, [unchanged], stop)).length === 0) throw new Error(`${name} fails without any change`);

  const all = mutantsOf(spec).map((mutant) => ({ ...mutant, files: {} }));
  let left = /** @type {Mutant[]} */ (all);
  for (const [name, stage] of Object.entries(STAGES)) {
    const before = left.length;
    const startedAt = performance.now();
    left = await unnoticedBy(stage, left, stop);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(`test:mutation: ${name} noticed ${before - left.length} of ${before} changes in ${seconds} s`);
  }

  const missed = left.map(({ name }) => name).filter((name) => !(name in TOLERATED));
  const stale = Object.keys(TOLERATED).filter((name) => !left.some((mutant) => mutant.name === name));
  for (const name of missed) console.error(`test:mutation: nothing noticed: ${name}`);
  for (const name of stale) console.error(`test:mutation: tolerated, but noticed or gone: ${name}`);
  const tolerated = Object.keys(TOLERATED).length;
  const counted = all.length - tolerated;
  const score = ((100 * (counted - missed.length)) / counted).toFixed(1);
  console.log(`test:mutation: spec: ${score} % of ${counted} changes are noticed, ${tolerated} more are tolerated`);
  if (missed.length + stale.length > 0) process.exitCode = 1;
});

/** @param {Stage} stage @param {Mutant[]} mutants @param {AbortSignal} stop */
async function unnoticedBy({ atOnce = 1, notices }, mutants, stop) {
  const left = [...mutants];
  /** @type {Set<Mutant>} */
  const noticed = new Set();
  const work = async () => {
    while (left.length > 0) {
      stop.throwIfAborted();
      const some = left.splice(0, atOnce);
      const results = await notices(some);
      some.forEach((mutant, index) => results[index] && noticed.add(mutant));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return mutants.filter((mutant) => !noticed.has(mutant));
}

/** @type {Stage["notices"]} */
async function lint(mutants) {
  const files = mutants.map(() => join(folder, `${(copies += 1)}.yaml`));
  await Promise.all(files.map((file, index) => writeFile(file, JSON.stringify(mutants[index]?.document))));
  return lintFiles(files);
}

/** @param {string[]} files @returns {Promise<boolean[]>} whether each has a problem */
async function lintFiles(files) {
  const options = ["--config", redoclyConfig, "--format", "json", "--max-problems", "1"];
  const { stdout } = await redocly(["lint", ...files, ...options]);
  const results = stdout.split(/(?<=^\})(?=\{)/m).filter(Boolean);
  if (results.length === files.length) return results.map((text) => JSON.parse(text).totals.errors > 0);
  if (files.length === 1) return [true]; // Not even a report.
  // One of them has ended the run.
  const half = files.length / 2;
  return [...(await lintFiles(files.slice(0, half))), ...(await lintFiles(files.slice(half)))];
}

/** @type {Stage["notices"]} */
async function generation(mutants) {
  const results = mutants.map((mutant) =>
    generatedFiles(mutant.document).then(
      (files) => !Object.assign(mutant.files, files),
      () => true,
    ),
  );
  return Promise.all(results);
}

/** Tests many copies of the repository in one run of Vitest. @type {Stage["notices"]} */
async function lightTests(mutants) {
  const parts = PARTS.filter((part) => part !== "openapi" && part !== "tsconfig.json");
  const folders = await Promise.all(mutants.map((mutant) => copyOf(mutant, parts)));
  const config = `${folders[0]}.config.mjs`;
  const outputFile = `${config}.json`;
  const include = folders.flatMap((copy) =>
    LIGHT_TESTS.map((name) => `${basename(copy)}/test/contract/${name}.test.ts`),
  );
  const options = {
    include,
    testTimeout: TEST_TIMEOUT_MS,
    pool: "threads",
    isolate: false,
    maxWorkers: 1,
    reporters: ["json"],
    outputFile,
  };
  await writeFile(config, `export default ${JSON.stringify({ test: options })}`);
  await fails([VITEST, "run", "--config", config, "--root", folder]);
  /** @type {{ testResults: { name: string, status: string }[] }} */
  const { testResults } = JSON.parse(await readFile(outputFile, "utf8"));
  await Promise.all(folders.map(removeFolder));
  return mutants.map(({ name }, index) => {
    const results = testResults.filter((result) => result.name.startsWith(`${folders[index]}/`));
    if (results.length !== LIGHT_TESTS.length)
      throw new Error(`the light tests gave ${results.length} results for ${name}`);
    return results.some(({ status }) => status !== "passed");
  });
}

/** @type {Stage["notices"]} */
function contractTests(mutants) {
  const excluded = `**/{${[...LIGHT_TESTS, "prism-proxy", "violations"].join(",")}}.test.ts`;
  const options = ["--project", "contract", "--bail", "1", `--testTimeout=${TEST_TIMEOUT_MS}`, "--exclude", excluded];
  return failInCopies(mutants, (copy) => [VITEST, "run", "--config", `${copy}/test/vitest.config.js`, ...options]);
}

/** @type {Stage["notices"]} */
async function types(mutants) {
  const changed = mutants.filter(({ files }) => TYPES.some((name) => files[name] !== unchanged.files[name]));
  const failed = await failInCopies(changed, (copy) => [TSC, "--project", copy]);
  return mutants.map((mutant) => failed[changed.indexOf(mutant)] ?? false);
}

/**
 * Runs Node for each mutant in a copy of the repository.
 *
 * @param {Mutant[]} mutants
 * @param {(copy: string) => string[]} argumentsFor
 */
async function failInCopies(mutants, argumentsFor) {
  const results = mutants.map(async (mutant) => {
    const copy = await copyOf(mutant, PARTS);
    const failed = await fails(argumentsFor(copy));
    await removeFolder(copy);
    return failed;
  });
  return Promise.all(results);
}

/** @param {Mutant} mutant @param {string[]} parts */
async function copyOf({ document, files }, parts) {
  const copy = join(folder, `copy-${(copies += 1)}`);
  const filter = (/** @type {string} */ path) => basename(path) !== "node_modules";
  for (const part of parts) await cp(resolve(root, part), join(copy, part), { recursive: true, filter });
  if (parts.includes("openapi")) await writeFile(join(copy, "openapi/openapi.yaml"), JSON.stringify(document));
  for (const [name, content] of Object.entries(files)) await writeFile(join(copy, "generated", name), content);
  return copy;
}

/** @param {string} path */
function removeFolder(path) {
  return rm(path, { recursive: true, force: true });
}

/** @param {string[]} args of Node @returns {Promise<boolean>} */
function fails(args) {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (error) => done(error !== null));
  });
}
