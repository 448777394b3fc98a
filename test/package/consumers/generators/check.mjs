// Lets a generator that others wrote make a client and validators of the packed spec, compiles them strictly, calls a server
// with each operation, and gives the validators each body that the spec shows.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { build } from "esbuild";
import { startApiServer } from "../../../support/api-server.js";
import { documentedResponses, requestExamples, requestSchemas, spec } from "../../../support/spec.js";

const require = createRequire(import.meta.url);
const SPEC = require.resolve("instacart-post-checkout-chat/openapi.json");
const BODIES = [
  ...requestExamples().map((example) => ({
    ...example,
    ...requestSchemas().find(({ operationId }) => operationId === example.operationId),
  })),
  ...documentedResponses().filter(({ schema }) => schema),
];

/** How each tool generates into a folder. */
const TOOLS = {
  async "hey-api"(folder) {
    const { createClient } = await import("@hey-api/openapi-ts");
    const plugins = ["@hey-api/client-fetch", "@hey-api/typescript", "zod", { name: "@hey-api/sdk", validator: true }];
    await createClient({ input: SPEC, output: folder, logs: { level: "silent" }, plugins });
  },
  async kubb(folder) {
    const { safeBuild } = await import("@kubb/core");
    const { pluginOas } = await import("@kubb/plugin-oas");
    const { pluginTs } = await import("@kubb/plugin-ts");
    const { pluginZod } = await import("@kubb/plugin-zod");
    const { pluginClient } = await import("@kubb/plugin-client");
    const plugins = [pluginOas(), pluginTs(), pluginZod(), pluginClient({ client: "axios", parser: "zod" })];
    const config = { root: ".", input: { path: SPEC }, output: { path: folder }, plugins };
    const { error, failedPlugins } = await safeBuild({ config });
    assert.deepEqual([error, failedPlugins.size], [undefined, 0]);
  },
  async "openapi-zod-client"(folder) {
    const { generateZodClientFromOpenAPI } = await import("openapi-zod-client");
    const options = { shouldExportAllSchemas: true, withAlias: true };
    await generateZodClientFromOpenAPI({ openApiDoc: spec, distPath: `${folder}/client.ts`, options });
  },
  async orval(folder, url) {
    const { generate } = await import("orval");
    const write = (name, options) =>
      generate({ input: { target: SPEC }, output: { target: `${folder}/${name}.ts`, ...options } });
    await write("client", { client: "fetch", baseUrl: url });
    await write("zod", { client: "zod", override: { zod: { generateEachHttpStatus: true } } });
  },
  async "swagger-typescript-api"(folder) {
    const { generateApi } = await import("swagger-typescript-api");
    await generateApi({ input: SPEC, output: resolve(folder), fileName: "api.ts", silent: true });
    // It writes types only, which the bodies must have.
    const bodies = BODIES.map(({ schema, body }) => `${JSON.stringify(body)} satisfies api.${schema}`);
    await writeFile(`${folder}/bodies.ts`, `import type * as api from "./api";\nexport default [${bodies}];\n`);
  },
};

const [, , name] = process.argv;
const isZod3 = name === "openapi-zod-client";
const folder = isZod3 ? "zod-3/out" : `out/${name}`;
const entry = isZod3 ? `zod-3/${name}.ts` : `use/${name}.ts`;

const api = await startApiServer();
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await TOOLS[name](folder, api.url);
  compile([entry, ...(name === "swagger-typescript-api" ? [`${folder}/bodies.ts`] : [])]);
  const outfile = resolve(folder, "bundle.mjs");
  await build({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", packages: "external" });
  const { call, read } = await import(outfile);

  assert.equal(await call(api.url), 15);
  const [{ body }] = api.requestsOf("generateAccessToken");
  assert.equal(JSON.parse(body).grant_type, "client_credentials");
  const [{ path, token, headers }] = api.requestsOf("markMessagesAsRead");
  assert.deepEqual(
    [path, token, headers["accept-language"], headers["x-treat-ids-as-internal"]],
    ["/v2/post_checkout/chat/order-123/messages", "token-1", "en-US", "true"],
  );
  if (read) for (const documented of BODIES) assert.deepEqual(plain(read(documented)), documented.body);
} finally {
  await api.close();
}

function compile(files) {
  const tsc = require.resolve("typescript/bin/tsc");
  const options = "--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler";
  execFileSync(process.execPath, [tsc, ...options.split(" "), "--allowImportingTsExtensions", ...files], {
    stdio: "inherit",
  });
}

/** Some validators read integers as bigint. */
function plain(value) {
  return JSON.parse(JSON.stringify(value, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
}
