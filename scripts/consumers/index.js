// Installs the packed tarball as users do, beside several compilers, bundlers and test runners, and runs the small projects
// in test/package/consumers. Each script of a project's package.json is a row of the table at the end.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { runInFolder } from "../common/fail.js";
import { pack } from "../build/pack.js";
import { root } from "../common/paths.js";

const run = promisify(execFile);
const CONSUMERS = "test/package/consumers";
/** Where each project finds the fake API by the same relative path as in the repository. */
const SHARED = ["test/support", "scripts/common", "generated/openapi.json"];
const TYPE_TESTS = resolve(root, "test/unit/types.test.ts");

await runInFolder("test:consumers", async (folder, signal) => {
  const consumers = join(folder, CONSUMERS);
  // What tools leave in TMPDIR, such as Jest's cache, is removed with the folder. `npm run --silent` would hide the errors of
  // the inner npm, too.
  Object.assign(process.env, { TMPDIR: join(folder, "tmp"), npm_config_loglevel: "error" });
  await install(folder, consumers, signal);
  const failed = await runConsumers(consumers, signal);
  if (failed > 0) throw new Error(`${failed} failed, see above`);
  console.log("test:consumers: the packed tarball works for all of them");
});

/** @param {string} folder @param {string} consumers the folder of the projects in it @param {AbortSignal} signal */
async function install(folder, consumers, signal) {
  for (const part of [CONSUMERS, ...SHARED]) await cp(resolve(root, part), join(folder, part), { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await mkdir(join(folder, "tmp"));
  await copyTypeTests(consumers);
  const explain = (/** @type {string} */ what) => (/** @type {unknown} */ error) => {
    throw new Error(`${what}: ${outputOf(error)}`);
  };
  const { tarball } = await pack(folder).catch(explain("the package could not be packed"));
  // `npm ci` rejects a lock file that lacks a tool's packages for other platforms.
  const args = ["install", "--no-save", "--ignore-scripts", tarball];
  await run("npm", args, { cwd: consumers, signal }).catch(
    explain("the tarball and what the consumers need could not be installed"),
  );
}

/** The type tests of src/, run against the package: as an ES module and as CommonJS. @param {string} consumers */
async function copyTypeTests(consumers) {
  const { name: packageName } = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));
  const tests = await readFile(TYPE_TESTS, "utf8");
  const copy = tests.replace(/"\.\.\/\.\.\/src\/(?:index|(\w+?)(?:\/index)?)\.js"/g, (_, subpath) =>
    JSON.stringify(subpath === undefined ? packageName : `${packageName}/${subpath}`),
  );
  for (const extension of ["mts", "cts"]) await writeFile(join(consumers, `typescript/types.${extension}`), copy);
}

/** Runs two of them at a time. @param {string} consumers @param {AbortSignal} signal @returns {Promise<number>} how many failed */
async function runConsumers(consumers, signal) {
  /** @type {string[][]} */
  const rows = [];
  const entries = await readdir(resolve(root, CONSUMERS), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const work = async () => {
    for (let name = names.shift(); name; name = names.shift())
      rows.push(...(await runConsumer(join(consumers, name), name, signal)));
  };
  await Promise.all([work(), work()]);
  for (const [consumer = "", script = "", result] of [["consumer", "script", "result"], ...rows])
    console.log(`  ${consumer.padEnd(15)}${script.padEnd(40)}${result}`);
  return rows.filter(([, , result]) => result === "failed").length;
}

/** @param {string} cwd @param {string} consumer @param {AbortSignal} signal */
async function runConsumer(cwd, consumer, signal) {
  const { scripts } = JSON.parse(await readFile(join(cwd, "package.json"), "utf8"));
  const rows = [];
  for (const script of Object.keys(scripts)) {
    const error = await run("npm", ["run", "--silent", script], { cwd, signal }).then(() => undefined, outputOf);
    signal.throwIfAborted();
    if (error !== undefined) console.error(`test:consumers: ${consumer}, ${script}\n${error}`);
    rows.push([consumer, script, error === undefined ? "passed" : "failed"]);
  }
  return rows;
}

/** @param {unknown} error */
function outputOf(error) {
  const { message, stdout, stderr } = /** @type {Error & { stdout?: string, stderr?: string }} */ (error);
  return `${stdout}${stderr}`.trim() || message;
}
