import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { describe, expect, inject, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { startApiServer } from "../support/api-server.js";
import { runNode } from "../support/run-node.js";
import { OAUTH_TRACES } from "./consumers/bundles/oauth-traces.js";

const NAME = "instacart-post-checkout-chat";
const folder = inject("consumerFolder");

test("the tarball holds exactly what users need", () => {
  expect(inject("packedFiles")).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist/cli-check-options.js",
    "dist/cli-licenses.txt",
    "dist/cli-undici.js",
    "dist/cli.js",
    "dist/index.cjs",
    "dist/index.cjs.map",
    "dist/index.d.cts",
    "dist/index.d.ts",
    "dist/index.js",
    "dist/index.js.map",
    "dist/oauth.cjs",
    "dist/oauth.cjs.map",
    "dist/oauth.d.cts",
    "dist/oauth.d.ts",
    "dist/oauth.js",
    "dist/oauth.js.map",
    "dist/rolldown-runtime.cjs",
    "dist/shared.cjs",
    "dist/shared.cjs.map",
    "dist/shared.d.cts",
    "dist/shared.d.ts",
    "dist/shared.js",
    "dist/shared.js.map",
    "dist/testing.cjs",
    "dist/testing.cjs.map",
    "dist/testing.d.cts",
    "dist/testing.d.ts",
    "dist/testing.js",
    "dist/testing.js.map",
    "dist/undici.cjs",
    "dist/undici.cjs.map",
    "dist/undici.d.cts",
    "dist/undici.d.ts",
    "dist/undici.js",
    "dist/undici.js.map",
    "generated/openapi.json",
    "oauth/package.json",
    "openapi/openapi.yaml",
    "package.json",
    "testing/package.json",
    "undici/package.json",
  ]);
});

describe.each([
  ["an ES module", "mjs", (names: string, path: string) => `import { ${names} } from "${path}";`],
  ["CommonJS", "cjs", (names: string, path: string) => `const { ${names} } = require("${path}");`],
])("from %s,", (_, extension, load) => {
  /** Runs code with what it imports, by the subpath. */
  async function run(imports: Record<string, string>, code: string) {
    const file = `program.${extension}`;
    const loading = Object.entries(imports).map(([subpath, names]) => load(names, NAME + subpath));
    await writeFile(join(folder, file), [...loading, code].join("\n"));
    const { stdout, stderr } = await runNode([file], { cwd: folder });
    return { stdout, stderr };
  }

  test.each<[string, Record<string, string>, string]>([
    ["fetch", {}, ""],
    ["undici", { "/undici": "undiciFetch" }, "fetch: undiciFetch()"],
  ])("the installed package makes a call through %s, and the process ends", async (_, imports, options) => {
    const server = await startApiServer();
    const create = `createChatClient({ accessToken: "t", baseUrl: "${server.url}", ${options} })`;
    const code = `${create}.markMessagesAsRead("order-123").then(({ data }) => console.log(JSON.stringify(data)));`;
    const output = await run({ "": "createChatClient", ...imports }, code);
    await server.close();
    expect(output).toEqual({ stdout: '{"messages_read_count":15}\n', stderr: "" });
    expect(server.requests.map(({ path }) => path)).toEqual(["/v2/post_checkout/chat/order-123/messages"]);
  });

  test("the token provider and the client share their error classes", async () => {
    const code = `const fetch = async () => new Response(null, { status: 401 });
createTokenProvider({ clientId: "a", clientSecret: "b", fetch }).forClient()().catch((error) => console.log(error instanceof AccessTokenError, error.cause instanceof ApiError));`;
    const output = await run({ "": "ApiError, AccessTokenError", "/oauth": "createTokenProvider" }, code);
    expect(output).toEqual({ stdout: "true true\n", stderr: "" });
  });

  test("the mock's responses and failures become the client's results and errors", async () => {
    const code = `const call = (response) => createChatClient({ accessToken: "t", maxRetries: 0, fetch: mockFetch(response) }).markMessagesAsRead("order-123").catch((error) => error);
const outcomes = Promise.all(["messagesRead", "orderNotFound", { networkFailure: "ECONNRESET" }, "accessToken"].map(call));
outcomes.then(([{ data }, error, lost, rejected]) => console.log(data.messages_read_count, error instanceof ApiError, lost instanceof NetworkError, rejected.message.includes("mockFetch rejected")));`;
    const output = await run({ "": "ApiError, createChatClient, NetworkError", "/testing": "mockFetch" }, code);
    expect(output).toEqual({ stdout: "15 true true true\n", stderr: "" });
  });
});

test("only the undici entry point and the command import undici, and no file holds a copy of it", async () => {
  const installed = join(folder, "node_modules/instacart-post-checkout-chat");
  const files = (await readdir(join(installed, "dist"))).filter((name) => /\.c?js$/.test(name));
  const importers = [];
  for (const name of files) {
    const code = await readFile(join(installed, "dist", name), "utf8");
    if (/(from |require\()"undici"/.test(code)) importers.push(name);
    expect(code, name).not.toContain("class EnvHttpProxyAgent");
  }
  expect(importers).toEqual(["cli-undici.js", "undici.cjs", "undici.js"]);
  expect(await readFile(join(installed, "dist/cli-licenses.txt"), "utf8")).not.toContain("undici");
});

test("a bundle of only the client contains neither the token provider nor the mock", async () => {
  const bundleOf = async (code: string) => {
    await writeFile(join(folder, "bundle.mjs"), code);
    const bundle = await rolldown({
      input: join(folder, "bundle.mjs"),
      platform: "browser",
      checks: { pluginTimings: false },
    });
    const { output } = await bundle.generate({ minify: true });
    await bundle.close();
    return output[0].code;
  };
  const traces = {
    oauth: OAUTH_TRACES,
    testing: /mockFetch|networkFailure|not-a-real-token|orderNotFound|messagesRead|Resource not found|\bdelayMs/gi,
  };
  const client = await bundleOf(
    'import { createChatClient } from "instacart-post-checkout-chat"; console.log(createChatClient);',
  );
  for (const [part, imported] of [
    ["oauth", "createTokenProvider"],
    ["testing", "mockFetch"],
  ] as const) {
    expect(client.match(traces[part]), part).toBeNull();
    const alone = await bundleOf(
      `import { ${imported} } from "instacart-post-checkout-chat/${part}"; console.log(${imported});`,
    );
    expect(new Set(alone.match(traces[part])).size, part).toBeGreaterThan(5);
  }
});

test.each([
  ["", "index"],
  ["/oauth", "oauth"],
  ["/testing", "testing"],
  ["/undici", "undici"],
])(
  "tools that do not know `exports`, such as webpack 4, find instacart-post-checkout-chat%s",
  async (subpath, file) => {
    const input = join(folder, `imports-${file}.mjs`);
    await writeFile(input, `import * as all from "instacart-post-checkout-chat${subpath}"; console.log(all);`);
    for (const [field, extension] of [
      ["main", "cjs"],
      ["module", "js"],
    ] as const) {
      const options = { exportsFields: [], mainFields: [field], symlinks: false };
      const build = await rolldown({
        input,
        resolve: options,
        external: ["openapi-fetch", "undici"],
        platform: "node",
      });
      const { output } = await build.generate();
      await build.close();
      expect(output[0].moduleIds).toContain(
        join(folder, `node_modules/instacart-post-checkout-chat/dist/${file}.${extension}`),
      );
    }
  },
);

test("one copy of the package recognises another copy's errors", async () => {
  await writeFile(
    join(folder, "copies.mjs"),
    `import { createRequire } from "node:module";
import { isChatClientError, NetworkError } from "instacart-post-checkout-chat";
const other = createRequire(import.meta.url)("instacart-post-checkout-chat");
const error = await other.createChatClient({ accessToken: "t", baseUrl: "http://localhost", maxRetries: 0, fetch: () => Promise.reject(new Error()) }).markMessagesAsRead("a").catch((error) => error);
console.log(isChatClientError(error), other.isChatClientError(error), error instanceof NetworkError, isChatClientError(new Error()));`,
  );
  expect(await runNode(["copies.mjs"], { cwd: folder })).toMatchObject({
    stdout: "true true false false\n",
    stderr: "",
  });
});

test("the package contains the spec, as YAML and as JSON", async () => {
  const require = createRequire(join(folder, "index.js"));
  expect(await readFile(require.resolve("instacart-post-checkout-chat/openapi.yaml"), "utf8")).toBe(
    await readFile(join(root, "openapi/openapi.yaml"), "utf8"),
  );
  expect(await readFile(require.resolve("instacart-post-checkout-chat/openapi.json"), "utf8")).toBe(
    await readFile(join(root, "generated/openapi.json"), "utf8"),
  );
});
