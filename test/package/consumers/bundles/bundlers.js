// How each bundler makes one file of an entry point; gives the code.
import nodeResolve from "@rollup/plugin-node-resolve";
import * as esbuild from "esbuild";
import { rollup } from "rollup";
import * as vite from "vite";

export const bundlers = {
  async esbuild(entry) {
    const options = { entryPoints: [entry], bundle: true, format: "esm", minify: true, write: false };
    const { outputFiles } = await esbuild.build({ ...options, logOverride: { "ignored-bare-import": "silent" } });
    return outputFiles[0].text;
  },
  async rollup(entry) {
    const bundle = await rollup({ input: entry, plugins: [nodeResolve()], onLog: rejectWarning });
    const { output } = await bundle.generate({ format: "es" });
    await bundle.close();
    return (await esbuild.transform(output[0].code, { minify: true })).code; // Rollup itself keeps the comments.
  },
  async vite(entry) {
    const build = { write: false, modulePreload: false, rolldownOptions: { input: entry } };
    const { output } = await vite.build({ build, configFile: false, logLevel: "warn" });
    return output[0].code;
  },
};

/** Rollup warns of an empty bundle, which some entry points should produce. Any other warning is an error. */
function rejectWarning(level, log) {
  if (log.code !== "EMPTY_BUNDLE") throw new Error(`${level}: ${log.message}`);
}
