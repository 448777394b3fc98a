import { description, lintConfiguration } from "./paths.js";
import { redocly } from "./redocly.js";

/** @returns {Promise<import("./walk.js").Description>} the description as it is written now, in one piece */
export async function bundleDescription() {
  const args = ["bundle", description, "--config", lintConfiguration, "--ext", "json"];
  const { exitCode, stdout, stderr } = await redocly(args);
  if (exitCode !== 0) throw new Error(`openapi/openapi.yaml cannot be read; \`npm run lint\` says why\n${stderr}`);
  return JSON.parse(stdout);
}
