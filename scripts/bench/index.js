// Measures this client beside its alternatives: own CPU time, calls over loopback, bundle size, import time, types, memory
// and what it adds to an outage. Prints the figures, and writes them to results.json and their summary to CONTRIBUTING.md.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureAll } from "./measure-all.js";
import { fullReport, insertReport, guideReport } from "./report.js";
import { readResults, writeResults } from "./results.js";
import { fail, rejectArguments } from "../common/fail.js";
import { root } from "../common/paths.js";

const GUIDE = join(root, "CONTRIBUTING.md");

rejectArguments("bench");
const stop = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));

const folder = await mkdtemp(join(tmpdir(), "bench-"));
/** @type {unknown} */
let problem;
try {
  await writeResults(await measureAll(folder, stop.signal));
  const results = await readResults(); // As written, so that the figures in CONTRIBUTING.md can be derived from the file.
  console.log(fullReport(results));
  const guide = await readFile(GUIDE, "utf8");
  await writeFile(GUIDE, insertReport(guide, guideReport(results)));
  console.log("\nbench: wrote scripts/bench/results.json and the figures in CONTRIBUTING.md");
} catch (error) {
  problem = stop.signal.aborted ? stop.signal.reason : error;
}
await rm(folder, { recursive: true, force: true });
if (problem) fail("bench", problem);
