import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const files = (/** @type {string} */ folder) => [`test/${folder}/**/*.test.ts`];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    maxWorkers: 2,
    projects: [
      { test: { name: "unit", include: files("unit") } },
      { test: { name: "network", include: files("network"), maxConcurrency: 12 } },
      { test: { name: "runtimes", include: files("runtimes") } },
      { test: { name: "contract", include: files("contract"), globalSetup: "test/support/mock-server.ts" } },
      { test: { name: "scripts", include: files("scripts"), testTimeout: 30_000 } },
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
