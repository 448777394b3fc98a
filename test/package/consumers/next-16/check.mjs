// Next.js 16 with cache components prerenders pages at run time, too: a page starts to request a token and is dropped. Page
// loads and prefetches at once, with every token revoked again and again.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { startApiServer } from "../../../support/api-server.js";

const ROUNDS = 18;
const PREFETCHES = [
  { RSC: "1", "Next-Router-Prefetch": "1" },
  { RSC: "1", "Next-Router-Prefetch": "1", "Next-Router-Segment-Prefetch": "/_tree" },
  { RSC: "1", "Next-Router-Prefetch": "2" },
];

const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
const api = await startApiServer();
after(() => api.close());
const env = {
  PATH: process.env.PATH,
  TMPDIR: process.env.TMPDIR,
  HOME: process.env.TMPDIR,
  NEXT_TELEMETRY_DISABLED: "1",
  NEXT_IGNORE_INCORRECT_LOCKFILE: "1",
  INSTACART_BASE_URL: api.url,
  INSTACART_CLIENT_ID: "client-123",
  INSTACART_CLIENT_SECRET: "not-a-real-secret",
};
await promisify(execFile)(process.execPath, [next, "build"], { env });
const { url, server, log } = await start();
after(() => server.kill("SIGKILL"));

test(`none of ${ROUNDS * 10} page loads fails while prefetches of the same pages are dropped`, async () => {
  const failed = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    api.revokeTokens();
    const paths = [...Array.from({ length: 9 }, (_, index) => `/order/${round}-${index}`), "/static"];
    const prefetches = paths.flatMap((path) =>
      PREFETCHES.map((headers) =>
        fetch(`${url}${path}?_rsc=${round}`, { headers }).then((response) => response.text()),
      ),
    );
    const loads = paths.map(async (path) => {
      const response = await fetch(url + path);
      const text = await response.text();
      if (response.status !== 200 || !/id="count">(<!-- -->)?\d+/.test(text)) failed.push(`${path} ${response.status}`);
    });
    await Promise.all([...loads, ...prefetches]);
  }
  assert.deepEqual(failed, []);
  assert.match(log(), /HANGING_PROMISE_REJECTION/, "no page was dropped, so nothing was tested");
});

test("what a server action returns reaches the page", async () => {
  const manifest = JSON.parse(await readFile(".next/server/server-reference-manifest.json", "utf8"));
  const [id] = Object.keys(manifest.node);
  const response = await fetch(`${url}/action`, { method: "POST", headers: { "Next-Action": id }, body: "[]" });
  assert.match(await response.text(), /"messages_read_count":15/);
});

async function start() {
  const args = [next, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const server = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  server.stdout.on("data", (text) => (output += text));
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (!url) continue;
    server.stdout.resume(); // The lines that were read have paused it.
    return { url, server, log: () => output };
  }
  throw new Error("Next did not start");
}
