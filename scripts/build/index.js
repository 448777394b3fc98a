// Builds the package from src/: in dist/, the entry points as ES modules and as CommonJS, with their declarations, and the
// command; beside it, a folder for each subpath.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { fail, rejectArguments } from "../common/fail.js";
import { distFolder, root } from "../common/paths.js";
import { declarations } from "./declarations.js";
import { command, entryPoints, sharedChunk } from "./entry-points.js";
import { licensesOf } from "./licenses.js";

// Comments are in the declarations and in the source maps; here they would only take longer to load.
const CODE = { sourcemap: true, comments: { jsdoc: false }, codeSplitting: sharedChunk() };
/** @type {import("rolldown").OutputOptions} */
const TYPES = { format: "esm", codeSplitting: sharedChunk("shared.d") };

/**
 * Takes the default export of a CommonJS dependency as TypeScript and bundlers do. Node, which rolldown follows here, takes
 * all of `module.exports` for it, and so would not find that of openapi-fetch.
 *
 * @type {import("rolldown").Plugin}
 */
const defaultExports = {
  name: "default-exports",
  renderChunk: (code) => ({ code: code.replace(/(?<= = (?:\w+\.)?__toESM\(\w+, )1(?=\);)/g, "0"), map: null }),
};
/** Node's modules and what npm installs with the package. */
const external = [/^node:/, ...(await dependencies())];
const subpaths = Object.keys(entryPoints).filter((name) => name !== "index");

rejectArguments("build");
try {
  await rm(distFolder, { recursive: true, force: true });
  await Promise.all([
    bundle(entryPoints, "js", { format: "esm", ...CODE }),
    bundle(entryPoints, "cjs", { format: "cjs", ...CODE }, [defaultExports]),
    bundleCommand(),
    bundle(entryPoints, "ts", TYPES, declarations()),
    bundle(entryPoints, "cts", TYPES, declarations()),
    ...subpaths.map(writeSubpathFolder),
  ]);
  console.log(`build: wrote ${[...Object.keys(entryPoints), "cli"].join(", ")} to dist/`);
} catch (error) {
  fail("build", error);
}

/**
 * @param {Record<string, string>} input
 * @param {string} extension
 * @param {import("rolldown").OutputOptions} output
 * @param {import("rolldown").RolldownPluginOption[]} plugins
 */
async function bundle(input, extension, output, plugins = []) {
  const build = await rolldown({
    input,
    cwd: root,
    plugins,
    external,
    platform: "neutral",
    checks: { pluginTimings: false },
  });
  await build.write({
    dir: distFolder,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name].${extension}`,
    ...output,
  });
  await build.close();
}

/**
 * Where tools that do not know `exports` of package.json find a subpath, such as webpack 4 and eslint-plugin-import.
 *
 * @param {string} name
 */
async function writeSubpathFolder(name) {
  const [main, module, types] = ["cjs", "js", "d.ts"].map((extension) => `../dist/${name}.${extension}`);
  await mkdir(resolve(root, name), { recursive: true });
  await writeFile(resolve(root, name, "package.json"), `${JSON.stringify({ main, module, types }, null, 2)}\n`);
}

/** The command, with what it needs beyond the package's dependencies, and the licenses of what is bundled. */
async function bundleCommand() {
  const build = await rolldown({
    input: { cli: command },
    cwd: root,
    external,
    platform: "node",
    checks: { pluginTimings: false },
  });
  const { output } = await build.write({
    dir: distFolder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "cli-[name].js",
    comments: CODE.comments,
  });
  await build.close();
  const files = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  await writeFile(resolve(distFolder, "cli-licenses.txt"), await licensesOf(files));
}

/** @returns {Promise<string[]>} */
async function dependencies() {
  const { dependencies } = JSON.parse(await readFile(resolve(root, "package.json"), "utf8"));
  return Object.keys(dependencies);
}
