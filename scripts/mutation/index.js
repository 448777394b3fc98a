// Changes the spec, one node at a time, and fails if a change passes unnoticed through lint, generation, the tests and the
// type check. Each stage gets the changes that the cheaper stages before it did not notice.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { mutantsOf } from "./mutants.js";
import { spec } from "../common/spec.js";
import { fail, rejectArguments } from "../common/fail.js";
import { generatedFiles } from "../generate/generated-files.js";
import { redoclyConfig, root } from "../common/paths.js";
import { redocly } from "../common/redocly.js";
import { TOLERATED } from "./tolerated.js";

/** @typedef {import("./mutants.js").Mutant & { files: Record<string, string> }} Mutant */
/** @typedef {(mutants: Mutant[]) => Promise<Set<Mutant>>} Stage returns the mutants that it noticed */

const WORKERS = 2;
const CHUNK = 50;
const TEST_TIMEOUT_MS = 60_000; // A test that a busy machine slows down must not look like one that noticed a change.
const LIGHT_TESTS = ["documented-facts", "schemas", "valid-invalid-bodies"]; // They need no mock.
const TYPES = ["api.d.ts", "validators.d.ts", "operations.d.ts"];
const PARTS = ["openapi", "generated", "scripts", "src", "test", "package.json", "tsconfig.json"];

const require = createRequire(import.meta.url);
const VITEST = resolve(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
const TSC = require.resolve("typescript/bin/tsc");

rejectArguments("test:mutation");
let copies = 0;
const folder = await mkdtemp(join(tmpdir(), "mutants-"));
try {
  await mutateSpec();
} catch (error) {
  await rm(folder, { recursive: true, force: true });
  fail("test:mutation", error);
}
await rm(folder, { recursive: true, force: true });

async function mutateSpec() {
  /** @type {Record<string, Stage>} */
  const stages = { lint, generation, "light tests": lightTests, "contract tests": contractTests, types };
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  await assertSound(stages);
  const all = mutantsOf(spec).map((mutant) => ({ ...mutant, files: {} }));
  let left = /** @type {Mutant[]} */ (all);
  for (const [name, stage] of Object.entries(stages)) {
    const before = left;
    const start = performance.now();
    const found = await stage(before);
    const seconds = Math.round((performance.now() - start) / 1000);
    left = before.filter((mutant) => !found.has(mutant));
    console.log(`test:mutation: ${name} noticed ${found.size} of ${before.length} changes in ${seconds} s`);
  }

  const missed = left.map(({ name }) => name).filter((name) => !(name in TOLERATED));
  const stale = Object.keys(TOLERATED).filter((name) => !left.some((mutant) => mutant.name === name));
  for (const name of missed) console.error(`test:mutation: nothing noticed: ${name}`);
  for (const name of stale) console.error(`test:mutation: tolerated, but noticed or gone: ${name}`);
  const counted = all.length - Object.keys(TOLERATED).length;
  const score = ((100 * (counted - missed.length)) / counted).toFixed(1);
  console.log(
    `test:mutation: spec: ${score} % of ${counted} changes are noticed, ${Object.keys(TOLERATED).length} more are tolerated`,
  );
  if (missed.length + stale.length > 0) process.exitCode = 1;
}

/**
 * A stage that rejects the unchanged spec would reject every change.
 *
 * @param {Record<string, Stage>} stages
 */
async function assertSound(stages) {
  for (const [name, stage] of Object.entries(stages)) {
    const original = {
      name: "no change",
      document: spec,
      files: await generatedFiles(/** @type {any} */ (spec)),
    };
    if ((await stage([original])).size > 0) throw new Error(`${name} fails without any change`);
  }
}

/** @type {Stage} */
async function lint(mutants) {
  /** @type {Set<Mutant>} */
  const found = new Set();
  await inParallel(chunksOf(mutants), async (chunk) => {
    const files = chunk.map((mutant) => join(folder, `${mutants.indexOf(mutant)}.yaml`));
    await Promise.all(files.map((file, index) => writeFile(file, JSON.stringify(chunk[index]?.document))));
    const results = await lintFiles(files);
    chunk.forEach((mutant, index) => results[index] && found.add(mutant));
  });
  return found;
}

/**
 * Lints many files in one run, since starting Redocly takes longer than linting.
 *
 * @param {string[]} files
 * @returns {Promise<boolean[]>} whether each has a problem
 */
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

/** @type {Stage} */
async function generation(mutants) {
  /** @type {Set<Mutant>} */
  const found = new Set();
  for (const mutant of mutants) {
    await generatedFiles(mutant.document).then(
      (files) => Object.assign(mutant.files, files),
      () => found.add(mutant),
    );
  }
  return found;
}

/** Tests many copies of the repository in one run of Vitest. @type {Stage} */
async function lightTests(mutants) {
  /** @type {Set<Mutant>} */
  const found = new Set();
  await inParallel(chunksOf(mutants), async (chunk) => {
    const copies = await Promise.all(
      chunk.map((mutant) => copyOf(mutant, ["generated", "scripts", "src", "test", "package.json"])),
    );
    const config = join(folder, `light-${mutants.indexOf(/** @type {Mutant} */ (chunk[0]))}.config.mjs`);
    const output = `${config}.json`;
    const include = copies.flatMap((copy) =>
      LIGHT_TESTS.map((name) => `${basename(copy)}/test/contract/${name}.test.ts`),
    );
    const test = {
      include,
      pool: "threads",
      isolate: false,
      maxWorkers: 1,
      testTimeout: TEST_TIMEOUT_MS,
      reporters: ["json"],
      outputFile: output,
    };
    await writeFile(config, `export default ${JSON.stringify({ test })}`);
    await runNode([VITEST, "run", "--config", config, "--root", folder]);
    /** @type {{ testResults: { name: string, status: string }[] }} */
    const { testResults } = JSON.parse(await readFile(output, "utf8"));
    chunk.forEach((mutant, index) => {
      const results = testResults.filter(({ name }) => name.startsWith(`${copies[index]}/`));
      if (results.length !== LIGHT_TESTS.length)
        throw new Error(`the light tests gave ${results.length} results for ${mutant.name}`);
      if (results.some(({ status }) => status !== "passed")) found.add(mutant);
    });
    await Promise.all(copies.map(removeFolder));
  });
  return found;
}

/** @type {Stage} */
async function types(mutants) {
  const original = await generatedFiles(/** @type {any} */ (spec));
  const changed = mutants.filter(({ files }) => TYPES.some((name) => files[name] !== original[name]));
  return eachInACopy(changed, (copy) => [TSC, "--project", copy]);
}

/** @type {Stage} */
async function contractTests(mutants) {
  const excluded = `**/{${[...LIGHT_TESTS, "prism-proxy", "violations"].join(",")}}.test.ts`;
  const options = ["--project", "contract", "--bail", "1", `--testTimeout=${TEST_TIMEOUT_MS}`, "--exclude", excluded];
  return eachInACopy(mutants, (copy) => [VITEST, "run", "--config", `${copy}/test/vitest.config.js`, ...options]);
}

/**
 * Runs Node for each mutant in a copy of the repository; a mutant is noticed when the run fails.
 *
 * @param {Mutant[]} mutants
 * @param {(copy: string) => string[]} argumentsFor
 */
async function eachInACopy(mutants, argumentsFor) {
  /** @type {Set<Mutant>} */
  const found = new Set();
  await inParallel(mutants, async (mutant) => {
    const copy = await copyOf(mutant, PARTS);
    if ((await runNode(argumentsFor(copy))) !== 0) found.add(mutant);
    await removeFolder(copy);
  });
  return found;
}

/**
 * @param {Mutant} mutant
 * @param {string[]} parts
 */
async function copyOf({ document, files }, parts) {
  const copy = join(folder, `copy-${(copies += 1)}`);
  for (const part of parts) await cp(resolve(root, part), join(copy, part), { recursive: true });
  if (parts.includes("openapi")) await writeFile(join(copy, "openapi/openapi.yaml"), JSON.stringify(document));
  for (const [name, content] of Object.entries(files)) await writeFile(join(copy, "generated", name), content);
  return copy;
}

/** @param {string} path */
function removeFolder(path) {
  return rm(path, { recursive: true, force: true });
}

/** @param {string[]} args @returns {Promise<number>} the exit status */
function runNode(args) {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (error) => done(error ? 1 : 0));
  });
}

/** @template T @param {T[]} all */
function chunksOf(all) {
  const chunks = [];
  for (let start = 0; start < all.length; start += CHUNK) chunks.push(all.slice(start, start + CHUNK));
  return chunks;
}

/**
 * @template T
 * @param {T[]} all
 * @param {(one: T) => Promise<void>} work
 */
async function inParallel(all, work) {
  const left = [...all];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}
