// The tests that take minutes: many random cases, aborts under garbage collection on each Node line, a soak, and a load of
// many processes that share their tokens.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fail, rejectArguments } from "../shared/fail.js";
import { installNode, NODE_LINES } from "../runtimes/node-lines.js";
import { runNode } from "../shared/run-node.js";

const VITEST = resolve(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

rejectArguments("test:long");
const folder = await mkdtemp(join(tmpdir(), "node-lines-"));
try {
  const vitest = [VITEST, "run", "--config", "test/vitest.config.js"];
  await runNode([...vitest, "properties"], { PROPERTY_RUNS: "3000" });
  const binaries = await Promise.all(NODE_LINES.map((line) => installNode(folder, line)));
  await runNode([...vitest, "garbage-collection"], { NODE_BINARIES: binaries.join(":") });
  await runNode(["scripts/build/index.js"]);
  await runNode(["--expose-gc", "scripts/long/soak.js"]);
  await runNode(["scripts/long/shared-token-load.js"]);
  console.log(
    `test:long: the random cases, Node ${NODE_LINES.join(", ")} under garbage collection, the soak and the shared-token load passed`,
  );
} catch (error) {
  await rm(folder, { recursive: true, force: true });
  fail("test:long", error);
}
await rm(folder, { recursive: true, force: true });
