import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { bundleSize } from "../../scripts/bench/bundle-size.js";
import { GZIP_BUDGET_BYTES, GZIP_BUDGET_BYTES_PER_OPERATION } from "../../scripts/bench/budgets.js";
import { operations } from "../../scripts/common/spec.js";
import { root } from "../../scripts/common/paths.js";

const call = await readFile(join(root, "scripts/bench/project/clients/instacart-post-checkout-chat.ts"), "utf8");

test.each<[keyof typeof GZIP_BUDGET_BYTES, string]>([
  ["call", call],
  ["oauth", 'export { createTokenProvider } from "instacart-post-checkout-chat/oauth";'],
  ["testing", 'export { mockFetch } from "instacart-post-checkout-chat/testing";'],
])("the bundle of %s, dependencies included, is within its budget", async (name, code) => {
  const { gzip } = await bundleSize(code, inject("consumerFolder"));
  const furtherOperations = operations().length - 2;
  const budget = GZIP_BUDGET_BYTES[name] + furtherOperations * GZIP_BUDGET_BYTES_PER_OPERATION;
  expect(gzip).toBeLessThanOrEqual(budget);
});
