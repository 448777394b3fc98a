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
  // The mock needs nothing of the client's code, and has a bundle of its own: it adds nothing to what the client loads.
  const { testing, ...client } = entryPoints;
  await rm(distFolder, { recursive: true, force: true });
  await Promise.all([
    ...[client, { testing }].flatMap((input) => [
      bundle(input, { format: "esm", extension: "js", ...CODE }),
      bundle(input, { format: "cjs", extension: "cjs", ...CODE }),
    ]),
    bundle({ cli: "src/cli.ts" }, { format: "esm", extension: "js", ...CODE }, [keepEntryPoints()]),
    bundle(entryPoints, { format: "esm", extension: "js", codeSplitting: declarationChunks }, [
      dts({ emitDtsOnly: true }),
    ]),
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
async function bundle(input, { extension, ...output }, plugins = []) {
  const build = await rolldown({
    input,
    cwd: root,
    plugins,
    external: [/^node:/, "openapi-fetch"],
    platform: "neutral",
    checks: { pluginTimings: false },
  });
  // What entry points have in common is in one file, so that there is one class of each error.
  await build.write({
    dir: distFolder,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: ({ name }) => (name.includes("runtime") ? `[name].${extension}` : `shared.${extension}`),
    minifyInternalExports: false,
    ...output,
  });
  await build.close();
}

/**
 * The command imports the entry points from where they are in dist/, whatever folder of src/ its file is in.
 *
 * @returns {import("rolldown").Plugin}
 */
function keepEntryPoints() {
  const sources = Object.entries(entryPoints).map(([name, file]) => ({ name, source: resolve(root, file) }));
  return {
    name: "keep-entry-points",
    resolveId(specifier, importer) {
      if (!importer || !specifier.startsWith(".")) return undefined;
      const file = resolve(dirname(importer), specifier).replace(/\.js$/, ".ts");
      const entryPoint = sources.find(({ source }) => source === file);
      return entryPoint && { id: `./${entryPoint.name}.js`, external: true };
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
