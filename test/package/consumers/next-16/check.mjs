// Next.js 16 with cache components prerenders pages at run time, too: a page starts to request a token and is dropped. Page
// loads and prefetches at once, with every token revoked again and again.
import assert from "node:assert/strict";
import { cp, readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { startApiServer } from "../../../support/api-server.js";
import { SECRETS, startNext } from "../next/next.mjs";

const ROUNDS = 18;
const PREFETCHES = [
  { RSC: "1", "Next-Router-Prefetch": "1" },
  { RSC: "1", "Next-Router-Prefetch": "1", "Next-Router-Segment-Prefetch": "/_tree" },
  { RSC: "1", "Next-Router-Prefetch": "2" },
];

const api = await startApiServer();
after(() => api.close());
for (const file of ["chat.js", "layout.js"]) await cp(`../next/app/${file}`, `app/${file}`);
const { url, log } = await startNext(".", api.url, SECRETS);

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
