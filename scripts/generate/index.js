// Writes generated/ from openapi/openapi.yaml and src/. With --check it writes nothing, and fails if a file is stale.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { bundleSpec } from "../common/bundle-spec.js";
import { fail } from "../common/fail.js";
import { generatedFiles } from "./generated-files.js";
import { generatedFolder } from "../common/paths.js";
import { describePublicApi } from "./public-api.js";

const PUBLIC_API = "public-api.md";

try {
  const { values: options } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const files = await generate();
  if (options.check) await check(files);
  else await write(files);
} catch (error) {
  fail("generate", error);
}

/** @returns {Promise<Record<string, string>>} the content of each file in generated/ */
async function generate() {
  const [spec, publicApi] = await Promise.all([bundleSpec(), describePublicApi()]);
  return { ...(await generatedFiles(spec)), [PUBLIC_API]: publicApi };
}

/** @param {Record<string, string>} files */
async function write(files) {
  await mkdir(generatedFolder, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(resolve(generatedFolder, name), content)));
  console.log(`generate: wrote ${Object.keys(files).join(", ")} to generated/`);
}

/** @param {Record<string, string>} files */
async function check(files) {
  const present = await readdir(generatedFolder).catch(() => []);
  const problems = present.filter((name) => !(name in files)).map((name) => `${name} does not belong there`);
  for (const [name, content] of Object.entries(files)) {
    const current = await readFile(resolve(generatedFolder, name), "utf8").catch(() => undefined);
    if (current !== content) problems.push(`${name} is ${current === undefined ? "missing" : "stale"}`);
  }
  if (problems.length > 0) {
    const source = problems.every((problem) => problem.startsWith(PUBLIC_API)) ? "src/" : "openapi/openapi.yaml";
    throw new Error(`generated/ does not match ${source} (${problems.join(", ")}); run \`npm run generate\``);
  }
  console.log(`generate: the ${Object.keys(files).length} files in generated/ match openapi/openapi.yaml and src/`);
}
