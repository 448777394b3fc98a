// Reports the public API of the package as one document, so that a review shows each change of it.
import { format } from "prettier";
import { rolldown } from "rolldown";
import { declarations } from "../build/declarations.js";
import { entryPoints, sharedChunk } from "../build/entry-points.js";
import { root } from "../common/paths.js";

/** @type {Record<string, string>} */
const TITLES = {
  "index.d.ts": "`instacart-post-checkout-chat`",
  "oauth.d.ts": "`instacart-post-checkout-chat/oauth`",
  "testing.d.ts": "`instacart-post-checkout-chat/testing`",
  "undici.d.ts": "`instacart-post-checkout-chat/undici`",
  "shared.d.ts": "Imported from `shared.js` above",
};

const INTRODUCTION = `# Public API

Generated from src/ by \`npm run generate\`. Do not edit.

Every declaration that users of the package can reach. Users may notice a change here: is it intended, and is it in \`CHANGELOG.md\`? The types generated from the OpenAPI description are in \`api.d.ts\`.
`;

/** @returns {Promise<string>} Markdown */
export async function describePublicApi() {
  const build = await rolldown({
    input: entryPoints,
    cwd: root,
    plugins: declarations(),
    external: [/\/generated\//, "openapi-fetch", "undici"],
    platform: "neutral",
    checks: { pluginTimings: false },
  });
  const { output } = await build
    .generate({ chunkFileNames: "shared.js", codeSplitting: sharedChunk("shared.d"), minifyInternalExports: false })
    .catch((/** @type {Error} */ { message }) => {
      throw new Error(`src/ has an error of syntax, or a public declaration without its type\n${message}`);
    });
  await build.close();
  const sections = output.map((file) => section(file.fileName, file.type === "chunk" ? file.code : ""));
  return format(INTRODUCTION + sections.join(""), { parser: "markdown", printWidth: 120 });
}

/**
 * @param {string} fileName
 * @param {string} code
 */
function section(fileName, code) {
  // Users do not care which file of src/ a declaration is in.
  const declarations = code.replace(/^\/\/ src\/.*\n/gm, "");
  return `\n## ${TITLES[fileName] ?? fileName}\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`;
}
