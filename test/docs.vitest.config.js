// The tests of the docs are apart from the others, since they need Chromium.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    name: "docs",
    include: ["test/docs/**/*.test.ts"],
    globalSetup: "test/support/installed-package.ts",
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
