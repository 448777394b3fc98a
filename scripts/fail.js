/**
 * Ends a script that cannot go on: one sentence on standard error and a non-zero status.
 *
 * @param {string} script
 * @param {unknown} reason
 * @returns {never}
 */
export function fail(script, reason) {
  console.error(`${script}: ${reason instanceof Error ? reason.message : reason}`);
  process.exit(1);
}
