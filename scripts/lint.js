// Lints the description by the rules of openapi/redocly.yaml.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fail, refuseArguments } from "./fail.js";
import { description, lintConfiguration, root } from "./paths.js";
import { redocly } from "./redocly.js";

refuseArguments("lint");
for (const folder of [root, resolve(root, "openapi")]) {
  const ignoreFile = resolve(folder, ".redocly.lint-ignore.yaml");
  if (existsSync(ignoreFile)) fail("lint", `${ignoreFile} hides problems; remove it and mend them`);
}

const { exitCode, stdout, stderr } = await redocly(["lint", description, "--config", lintConfiguration]);
if (exitCode !== 0) {
  console.error(`${stdout}\n${stderr}\n`);
  fail("lint", "openapi/openapi.yaml breaks the rules of openapi/redocly.yaml, see above");
}
console.log("lint: openapi/openapi.yaml has no problems by openapi/redocly.yaml");
