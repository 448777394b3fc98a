// The tests of the docs page are apart from the others, since they need Chromium.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    name: "docs",
    include: ["test/docs/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
