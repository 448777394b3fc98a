import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const files = (/** @type {string} */ folder) => [`test/${folder}/**/*.test.ts`];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    maxWorkers: 4, // Also on two cores, since many tests wait for a process or a timer.
    // Without isolation, files that import the same sources share a worker: loading takes longer than most tests.
    projects: [
      { test: { name: "unit", include: files("unit"), isolate: false } },
      { test: { name: "network", include: files("network"), isolate: false, maxConcurrency: 12 } },
      { test: { name: "runtimes", include: files("runtimes") } },
      {
        test: {
          name: "contract",
          include: files("contract"),
          isolate: false,
          globalSetup: "test/support/mock-server.ts",
        },
      },
      // They run compilers and linters, which a busy machine may slow down.
      { test: { name: "scripts", include: files("scripts"), testTimeout: 120_000, hookTimeout: 60_000 } },
      {
        test: {
          name: "package",
          include: files("package"),
          globalSetup: "test/support/installed-package.ts",
          testTimeout: 30_000,
        },
      },
    ],
  },
});
