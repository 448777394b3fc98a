// The tests that take minutes: many more random cases, aborts under garbage collection on each Node line, the soak, and a
// fleet that shares its tokens.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fail, refuseArguments } from "./fail.js";
import { installNode, NODE_LINES } from "./node-lines.js";
import { root } from "./paths.js";

const VITEST = resolve(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

refuseArguments("test:long");
const folder = await mkdtemp(join(tmpdir(), "node-lines-"));
try {
  const vitest = [VITEST, "run", "--config", "test/vitest.config.js"];
  await run([...vitest, "properties"], { PROPERTY_RUNS: "3000" });
  const binaries = await Promise.all(NODE_LINES.map((line) => installNode(folder, line)));
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
 * @param {string[]} args
 * @param {Record<string, string>} env
 */
async function run(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "inherit" });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`${args.join(" ")} failed, see above`);
}
