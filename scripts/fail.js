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

/**
 * Stops a script that takes no arguments and was given some.
 *
 * @param {string} script
 */
export function refuseArguments(script) {
  const given = process.argv.slice(2);
  if (given.length > 0) fail(script, `it takes no arguments, but was given ${given.join(" ")}`);
}
