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
