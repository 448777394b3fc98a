import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

/** @typedef {{ minified: number, gzip: number, brotli: number }} BundleSize in bytes */

/**
 * The size of code with all that it imports, as a page would load it.
 *
 * @param {string} code TypeScript
 * @param {string} folder where it imports from
 * @returns {Promise<BundleSize>}
 */
export async function bundleSize(code, folder) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "esnext",
    platform: "browser",
    legalComments: "none",
    write: false,
  });
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  return {
    minified: contents.length,
    gzip: gzipSync(contents, { level: constants.Z_BEST_COMPRESSION }).length,
    brotli: brotliCompressSync(contents).length,
  };
}
