// The tests that take minutes: many more random cases, aborts under garbage collection on each Node line, the soak, and a
// fleet that shares its tokens.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { fail, refuseArguments } from "./fail.js";
import { root } from "./paths.js";

const NODE_LINES = ["20", "22", "24", "26"];
const VITEST = resolve(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

refuseArguments("test:long");
const folder = await mkdtemp(join(tmpdir(), "node-lines-"));
try {
  const vitest = [VITEST, "run", "--config", "test/vitest.config.js"];
  await run([...vitest, "properties"], { PROPERTY_RUNS: "3000" });
  const binaries = await Promise.all(NODE_LINES.map(installNode));
  await run([...vitest, "garbage-collection"], { NODE_BINARIES: binaries.join(":") });
  await run(["scripts/build.js"]);
  await run(["--expose-gc", "scripts/soak.js"]);
  await run(["scripts/fleet.js"]);
  console.log(
    `test:long: the random cases, Node ${NODE_LINES.join(", ")} under garbage collection, the soak and the fleet passed`,
  );
} catch (error) {
  await rm(folder, { recursive: true, force: true });
  fail("test:long", error);
}
await rm(folder, { recursive: true, force: true });

/**
 * The npm registry has Node itself, one package for each platform.
 *
 * @param {string} line
 * @returns {Promise<string>} its binary
 */
async function installNode(line) {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(folder, line);
  await promisify(execFile)("npm", ["install", "--no-save", "--prefix", prefix, `${name}@${line}`]).catch((error) => {
    throw new Error(`Node ${line} is not to be had from the npm registry as ${name}: ${error.message}`);
  });
  return join(prefix, "node_modules", name, "bin/node");
}

/**
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
async function run(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`${args.join(" ")} failed, see above`);
}
