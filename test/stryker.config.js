/**
 * Whether the tests notice when the sources are changed: `npx stryker run test/stryker.config.js`.
 *
 * What survives, and why it may, stands in `tolerated-mutants.md`.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    "src/**/*.ts",
    "!src/cli/main.ts", // It runs as a process of its own, from `dist`, where no mutant can be switched on.
    "!src/types.ts", // Types only: nothing to mutate.
    "!src/{,oauth/,testing/}index.ts", // Exports only: nothing to mutate.
  ],
  testRunner: "vitest",
  // A run is given its test files by name, so there is no need to look for the ones that import a mutated file.
  vitest: { configFile: "test/stryker.vitest.config.js", related: false },
  coverageAnalysis: "perTest",
  // Mutants of what runs on import (one in thirteen) need all tests, but are killed by the first that fails; they are the
  // rules of the options, the patterns and the limits, which no test would hold without them.
  ignoreStatic: false,
  concurrency: 2,
  incremental: false,
  ignorePatterns: ["dist", "reports"],
  reporters: ["clear-text", "html", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: "reports/mutation.html" },
  jsonReporter: { fileName: "reports/mutation.json" },
  thresholds: { high: 100, low: 95, break: 95 },
  tempDirName: ".stryker-tmp",
};
