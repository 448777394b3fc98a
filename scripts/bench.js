// Measures the client beside those that one would use instead: its own CPU time, calls over the loopback interface, size,
// import, types and memory. Prints the figures, writes them to bench/results.json, and the README's part to the README.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureAll } from "./bench/measure-all.js";
import { fullReport, insertReport, readmeReport } from "./bench/report.js";
import { readResults, writeResults } from "./bench/results.js";
import { fail, refuseArguments } from "./fail.js";
import { root } from "./paths.js";

const README = join(root, "README.md");

refuseArguments("bench");
const stop = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));

const folder = await mkdtemp(join(tmpdir(), "bench-"));
/** @type {unknown} */
let problem;
try {
  await writeResults(await measureAll(folder, stop.signal));
  const results = await readResults(); // As they are written, so that anyone can make the README's figures of them.
  console.log(fullReport(results));
  const readme = await readFile(README, "utf8");
  await writeFile(README, insertReport(readme, readmeReport(results)));
  console.log("\nbench: wrote scripts/bench/results.json and the README's figures");
} catch (error) {
  problem = stop.signal.aborted ? stop.signal.reason : error;
}
await rm(folder, { recursive: true, force: true });
if (problem) fail("bench", problem);
