import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";

// They pass over most of the code, slowly; others find nearly all mutants sooner.
const LAST = ["growth", "scheduler", "other-servers", "mark-read", "properties"];

/** @param {{ moduleId: string }} file */
const placeOf = ({ moduleId }) => LAST.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));

/** The first test that fails ends the run of a mutant, so the slow tests come last. */
class SlowestLast extends BaseSequencer {
  /**
   * @override
   * @type {BaseSequencer["sort"]}
   */
  async sort(files) {
    return files.sort((one, other) => placeOf(one) - placeOf(other) || one.moduleId.localeCompare(other.moduleId));
  }
}

// The tests that run the sources in this process, rather than the built package. The projects of `vitest.config.js`
// cannot be chosen: Stryker runs all.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: [
      "test/unit/**/*.test.ts",
      "test/network/{mark-read,undici*}.test.ts",
      "test/contract/{violations,other-servers}.test.ts", // The contract command, with a server to check.
    ],
    // Each mutant has a thread of its own, and so has no use for one for each test file, which costs half as much again.
    isolate: false,
    sequence: { sequencer: SlowestLast },
    env: { PROPERTY_RUNS: "30" },
  },
});
