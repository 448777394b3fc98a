import { specFile, redoclyConfig } from "./paths.js";
import { redocly } from "./redocly.js";

/** @returns {Promise<import("./spec-queries.js").Spec>} openapi/openapi.yaml as one document */
export async function bundleSpec() {
  const args = ["bundle", specFile, "--config", redoclyConfig, "--ext", "json"];
  const { exitCode, stdout, stderr } = await redocly(args);
  if (exitCode !== 0) throw new Error(`openapi/openapi.yaml cannot be read; \`npm run lint\` says why\n${stderr}`);
  return JSON.parse(stdout);
}
