import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { startApiServer } from "../support/api-server.js";
import { runNode } from "../support/run-node.js";

const folder = inject("consumerFolder");

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

test.each([
  [
    "an ES module",
    "undici.mjs",
    'import { createChatClient } from "instacart-post-checkout-chat"; import { undiciFetch } from "instacart-post-checkout-chat/undici";',
  ],
  [
    "CommonJS",
    "undici.cjs",
    'const { createChatClient } = require("instacart-post-checkout-chat"); const { undiciFetch } = require("instacart-post-checkout-chat/undici");',
  ],
])("from %s, the installed package makes a call through undici, and the process ends", async (_, file, loading) => {
  const server = await startApiServer();
  await writeFile(
    join(folder, file),
    `${loading}\ncreateChatClient({ accessToken: "t", baseUrl: "${server.url}", fetch: undiciFetch() }).markMessagesAsRead("order-123").then(({ data }) => console.log(JSON.stringify(data)));`,
  );
  const { stdout, stderr } = await runNode([file], { cwd: folder });
  await server.close();
  expect({ stdout, stderr }).toEqual({ stdout: '{"messages_read_count":15}\n', stderr: "" });
  expect(server.requests.map(({ path }) => path)).toEqual(["/v2/post_checkout/chat/order-123/messages"]);
});
