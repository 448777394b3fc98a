import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, inject, test } from "vitest";
import { operations } from "../support/spec.js";

/** What each operation beyond the first two may add. */
const BYTES_PER_OPERATION = 550;

test.each([
  ["", "createChatClient", 14_200],
  ["/oauth", "createTokenProvider", 15_350],
  ["/testing", "mockFetch", 7_600],
])(
  "the bundle of instacart-post-checkout-chat%s is within its budget, minified and gzipped",
  async (subpath, name, bytes) => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { ${name} } from "instacart-post-checkout-chat${subpath}"; console.log(${name});`,
        resolveDir: inject("consumerFolder"),
      },
      bundle: true,
      minify: true,
      format: "esm",
      target: "esnext",
      legalComments: "none",
      write: false,
    });
    const [bundle] = outputFiles;
    const size = gzipSync(bundle?.contents ?? "", { level: 9 }).length;
    expect(size).toBeLessThanOrEqual(bytes + (operations().length - 2) * BYTES_PER_OPERATION);
  },
);
