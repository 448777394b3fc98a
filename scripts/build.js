// Builds dist/ from src/: the client, the token provider and the mock for tests as ES modules and as CommonJS, each with
// its declarations, and the command.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { fail, refuseArguments } from "./fail.js";
import { declarationChunks, distFolder, entryPoints, root } from "./paths.js";

// What the comments say is in the declarations and in the source maps; here it would only take longer to load.
const CODE = { sourcemap: true, comments: { jsdoc: false } };

refuseArguments("build");
try {
  await rm(distFolder, { recursive: true, force: true });
  await Promise.all([
    ...Object.entries(entryPoints).flatMap(([name, file]) => [
      bundle({ [name]: file }, { format: "esm", extension: "js", ...CODE }),
      bundle({ [name]: file }, { format: "cjs", extension: "cjs", ...CODE }),
    ]),
    bundle({ cli: "src/cli.ts" }, { format: "esm", extension: "js", ...CODE }),
    bundle(
      entryPoints,
      { format: "esm", extension: "js", codeSplitting: declarationChunks, chunkFileNames: "shared.js" },
      [dts({ emitDtsOnly: true })],
    ),
  ]);
  await copyDeclarations();
  console.log("build: wrote the client, the token provider, the mock for tests and the command to dist/");
} catch (error) {
  fail("build", error);
}

/**
 * @param {Record<string, string>} input
 * @param {import("rolldown").OutputOptions & { extension: string }} output
 * @param {import("rolldown").RolldownPluginOption[]} plugins
 */
async function bundle(input, { extension, ...output }, plugins = "index" in input ? [] : [importFromIndex(extension)]) {
  const build = await rolldown({
    input,
    cwd: root,
    plugins,
    external: [/^node:/, "openapi-fetch"],
    platform: "neutral",
    checks: { pluginTimings: false },
  });
  await build.write({ dir: distFolder, entryFileNames: `[name].${extension}`, ...output });
  await build.close();
}

/**
 * Each entry point is one file, which loads faster than two; what they have in common is in each. But there is to be one
 * class of each error: those are imported from the index, which exports them, and so are, by the command, the entry
 * points themselves.
 *
 * @param {string} extension
 * @returns {import("rolldown").Plugin}
 */
function importFromIndex(extension) {
  const kept = [...Object.entries(entryPoints), ["index", "src/errors.ts"]];
  const names = new Map(kept.map(([name, file]) => [resolve(root, file ?? ""), name]));
  return {
    name: "import-from-index",
    resolveId(specifier, importer) {
      if (!importer || !specifier.startsWith(".")) return undefined;
      const file = resolve(dirname(importer), specifier).replace(/\.js$/, ".ts");
      const name = names.get(file);
      return name && { id: `./${name}.${extension}`, external: true };
    },
  };
}

/** The same declarations for CommonJS, where modules have another extension. */
async function copyDeclarations() {
  for (const file of (await readdir(distFolder)).filter((name) => name.endsWith(".d.ts"))) {
    const declarations = await readFile(resolve(distFolder, file), "utf8");
    const copy = declarations.replace(/(from "\.\/[\w-]+)\.js"/g, '$1.cjs"');
    await writeFile(resolve(distFolder, file.replace(/ts$/, "cts")), copy);
  }
}
