import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("..", import.meta.url)),
    include: ["test/long/**/*.test.ts"],
    testTimeout: 180_000,
    fileParallelism: false,
  },
});
