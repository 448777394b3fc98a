// Bundles this project with the bundler that is named, runs the bundles, and looks at what is in them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bundlers } from "./bundlers.js";
import { OAUTH_TRACES } from "./oauth-traces.js";

const bundle = bundlers[process.argv[2]];

const client = await bundle("client.js");
assert.equal(run(client), "15\n");
assert.equal(client.match(OAUTH_TRACES), null, "the client alone has no trace of the token provider");

const provider = await bundle("provider.js");
assert.equal(run(provider), "AccessTokenError true true\n");
assert(new Set(provider.match(OAUTH_TRACES)).size > 5, "the traces are those of the token provider");

const recognise = await bundle("recognise.js");
assert.equal(run(recognise), "false\n");
assert.doesNotMatch(recognise, /\bclass\b/, "classes that nobody uses are dropped");

for (const name of importableNames()) {
  writeFileSync("effects.js", `import ${JSON.stringify(name)};\n`);
  const effects = (await bundle("effects.js")).trim();
  assert.equal(effects, "", `${name} does nothing when it is imported`);
}

function run(code) {
  writeFileSync("bundle.js", code);
  return execFileSync(process.execPath, ["bundle.js"], { encoding: "utf8" });
}

/** The package and its subpaths, as far as they are code. The one for undici imports undici, which needs Node. */
function importableNames() {
  const file = createRequire(import.meta.url).resolve("instacart-post-checkout-chat/package.json");
  const { name, exports } = JSON.parse(readFileSync(file, "utf8"));
  const subpaths = Object.keys(exports).filter((subpath) => exports[subpath].import && subpath !== "./undici");
  assert(subpaths.includes("."));
  return subpaths.map((subpath) => name + subpath.slice(1));
}
