// The tests that take minutes: many random cases, aborts under garbage collection on each Node line, a soak, and with real
// servers, a load of many processes that share their tokens and the command. What depends on `fetch` runs once more
// through undiciFetch.
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { pack } from "../build/pack.js";
import { installNode, installPackage, NODE_LINES } from "../runtimes/install.js";
import { runInFolder } from "../common/fail.js";
import { runNode } from "../common/run-node.js";

// undiciFetch has no list of blocked ports.
const WITHOUT_BLOCKED_PORTS = ["--testNamePattern", "^(?!.*a port that fetch blocks)"];
const VITEST = resolve(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

await runInFolder("test:long", async (folder, signal) => {
  const run = (/** @type {string[]} */ args, /** @type {Record<string, string>} */ env = {}) =>
    runNode(args, { env, signal });
  const vitest = [VITEST, "run", "--config", "test/vitest.config.js"];
  const binaries = (await Promise.all(NODE_LINES.map((line) => installNode(folder, line, signal)))).join(":");
  const { tarball } = await pack(folder);
  const project = join(folder, "undici");
  await installPackage(project, tarball, signal);
  const throughUndici = { NODE_OPTIONS: `--import=${pathToFileURL(join(project, "runtimes/use-undici.js"))}` };

  // The properties in test/unit bring a `fetch` of their own.
  await run([...vitest, "properties"], { PROPERTY_RUNS: "3000" });
  await run([...vitest, "network/properties"], { PROPERTY_RUNS: "3000", ...throughUndici });
  await run([...vitest, "network/faults", "network/connections", ...WITHOUT_BLOCKED_PORTS], throughUndici);
  for (const env of [{}, throughUndici]) {
    await run([...vitest, "garbage-collection"], { NODE_BINARIES: binaries, ...env });
    await run(["--expose-gc", "scripts/long/soak.js"], env);
  }
  await run([VITEST, "run", "--config", "test/long.vitest.config.js"], { NODE_BINARIES: binaries });
  console.log(
    `test:long: the random cases, Node ${NODE_LINES.join(", ")} under garbage collection, the soak, the shared-token load and the command through real servers passed, with fetch and through undiciFetch`,
  );
});
