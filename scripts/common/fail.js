import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Ends a script with one sentence on standard error and exit status 1.
 *
 * @param {string} script
 * @param {unknown} reason
 * @returns {never}
 */
export function fail(script, reason) {
  console.error(`${script}: ${reason instanceof Error ? reason.message : reason}`);
  process.exit(1);
}

/**
 * Ends a script that takes no arguments but was given some.
 *
 * @param {string} script
 */
export function rejectArguments(script) {
  const given = process.argv.slice(2);
  if (given.length > 0) fail(script, `it takes no arguments, but was given ${given.join(" ")}`);
}

/**
 * Runs a script that takes no arguments in a temporary folder, which is removed whatever happens.
 *
 * @param {string} script
 * @param {(folder: string, signal: AbortSignal) => Promise<void>} work the signal aborts when the script is to stop
 */
export async function runInFolder(script, work) {
  rejectArguments(script);
  const stop = new AbortController();
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
    process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  const folder = await mkdtemp(join(tmpdir(), `${script.replace(":", "-")}-`));
  /** @type {unknown} */
  let problem;
  try {
    await work(folder, stop.signal);
  } catch (error) {
    problem = stop.signal.aborted ? stop.signal.reason : error;
  }
  await rm(folder, { recursive: true, force: true });
  if (problem) fail(script, problem);
}
