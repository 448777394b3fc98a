// What the package declares to its users, as one document in which a change shows.
import { format } from "prettier";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";
import { declarationChunks, entryPoints, root } from "./paths.js";

/** @type {Record<string, string>} */
const TITLES = {
  "index.d.ts": "`instacart-post-checkout-chat`",
  "oauth.d.ts": "`instacart-post-checkout-chat/oauth`",
  "testing.d.ts": "`instacart-post-checkout-chat/testing`",
  "shared.d.ts": "What they import from `shared.js`",
};

const INTRODUCTION = `# Public API

Generated from src/ by \`npm run generate\`. Do not edit.

Every declaration that users of the package can reach. A change here is one that they may notice: is it meant, and does \`CHANGELOG.md\` say so? What comes from the description is in \`api.d.ts\`.
`;

/** @returns {Promise<string>} Markdown */
export async function describePublicApi() {
  const build = await rolldown({
    input: entryPoints,
    cwd: root,
    // Reading the platform's own declarations would take most of the time, and only types that are inferred need them.
    plugins: [dts({ emitDtsOnly: true, compilerOptions: { noCheck: true, noLib: true, types: [] } })],
    external: [/\/generated\//, "openapi-fetch"],
    platform: "neutral",
    checks: { pluginTimings: false },
  });
  const { output } = await build
    .generate({
      chunkFileNames: "shared.js",
      codeSplitting: declarationChunks,
      minifyInternalExports: false,
    })
    .catch((/** @type {Error} */ { message }) => {
      throw new Error(`src/ cannot be read; \`npm run typecheck\` says why\n${message}`);
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
  const inferred = /^(?! *(?:\/?\*|\/\/)).*(?:\bany\b|\{\}).*$/m.exec(code);
  if (inferred)
    throw new Error(`a public declaration leaves a type to inference, write it down: ${inferred[0].trim()}`);
  // In which file of src/ a declaration is does not matter to users.
  const declarations = code.replace(/^\/\/ src\/.*\n/gm, "");
  return `\n## ${TITLES[fileName] ?? fileName}\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`;
}
