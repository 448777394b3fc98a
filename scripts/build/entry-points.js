/** The source of each file in dist/ that users import. */
export const entryPoints = {
  index: "src/index.ts",
  oauth: "src/oauth/index.ts",
  testing: "src/testing/index.ts",
  undici: "src/undici/index.ts",
};

/** The source of dist/cli.js. */
export const command = "src/cli/main.ts";

/**
 * What several entry points need is in one file, so that each error has one class.
 *
 * @param {string} name of that file; `shared.d` for declarations
 */
export function sharedChunk(name = "shared") {
  return { groups: [{ name, minShareCount: 2 }] };
}
