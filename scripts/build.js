// Builds dist/ from src/: the client as an ES module and as CommonJS, each with its declarations, and the command.
import { copyFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { fail, refuseArguments } from "./fail.js";
import { distFolder, root } from "./paths.js";

refuseArguments("build");
try {
  await rm(distFolder, { recursive: true, force: true });
  await Promise.all([
    bundle("src/index.ts", { format: "esm", entryFileNames: "[name].js", sourcemap: true }),
    bundle("src/index.ts", {
      format: "cjs",
      entryFileNames: "[name].cjs",
      sourcemap: true,
      plugins: [unwrapDefault("openapi-fetch")],
    }),
    bundle("src/cli.ts", { format: "esm", entryFileNames: "[name].js", sourcemap: true }),
    bundle("src/index.ts", { format: "esm" }, [dts({ emitDtsOnly: true })]),
  ]);
  await copyFile(resolve(distFolder, "index.d.ts"), resolve(distFolder, "index.d.cts"));
  console.log("build: wrote the client and the command to dist/");
} catch (error) {
  fail("build", error);
}

/**
 * @param {string} input
 * @param {import("rolldown").OutputOptions} output
 * @param {import("rolldown").RolldownPluginOption[]} plugins
 */
async function bundle(input, output, plugins = []) {
  const external = [/^node:/, "openapi-fetch", "./index.js"];
  const build = await rolldown({
    input,
    cwd: root,
    plugins,
    external,
    platform: "neutral",
    checks: { pluginTimings: false },
  });
  await build.write({ dir: distFolder, ...output });
  await build.close();
}

/**
 * To a bundle of an ES module package, as to Node, the default import of a CommonJS module is all that it exports. What
 * openapi-fetch has at `default` there is what it has by default elsewhere.
 *
 * @param {string} name
 * @returns {import("rolldown").Plugin}
 */
function unwrapDefault(name) {
  return {
    name: "unwrap-default",
    renderChunk(code) {
      const parts = code.split(`require("${name}")`);
      if (parts.length !== 2) throw new Error(`index.cjs was expected to require ${name} once`);
      return { code: parts.join(`require("${name}").default`), map: null }; // No line moves.
    },
  };
}
