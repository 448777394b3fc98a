// Builds the app with the version of Next.js that is given, without its secrets, and runs it with them. Next puts its own
// `fetch` in place, which caches even PUT and POST in 14.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { startApiServer } from "../../../support/api-server.js";
import { startNext } from "./next.mjs";

const [version] = process.argv.slice(2);
const project = resolve(version);
await cp("app", resolve(project, "app"), { recursive: true });

const api = await startApiServer();
after(() => api.close());
const marks = () => api.requestsOf("markMessagesAsRead");
const { url, built } = await startNext(project, api.url);

test("what Next throws during the build passes through unchanged, at once", () => {
  const thrown = built.split("\n").filter((line) => line.startsWith("thrown: "));
  assert.deepEqual(new Set(thrown), new Set(['thrown: {"digest":"DYNAMIC_SERVER_USAGE"}']), built);
  assert.deepEqual(api.requests, []);
});

test("marking an order twice sends two requests", async (context) => {
  for (const kind of ["page", "route", "edge"]) {
    await context.test(kind, async () => {
      assert.deepEqual([await count(`/${kind}/${kind}-twice`), await count(`/${kind}/${kind}-twice`)], [15, 0]);
      assert.equal(marks().filter(({ path }) => path.includes(`${kind}-twice`)).length, 2);
    });
  }
});

test("a revoked token is replaced by a new one", async (context) => {
  for (const kind of ["page", "route", "edge"]) {
    await context.test(kind, async () => {
      assert.equal(await count(`/${kind}/${kind}-before`), 15);
      api.revokeTokens();
      assert.equal(await count(`/${kind}/${kind}-after`), 15);
    });
  }
});

test("an expired token is replaced by a new one", async (context) => {
  api.tokenSeconds = 1;
  for (const kind of ["page", "route", "edge"]) {
    await context.test(kind, async () => {
      api.revokeTokens();
      assert.equal(await count(`/${kind}/${kind}-fresh`), 15);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      assert.equal(await count(`/${kind}/${kind}-expired`), 15);
      const [first, second] = marks().slice(-2);
      assert.notEqual(first.token, second.token);
    });
  }
});

test("a page with a fixed token, and one with a token from a cookie, send a request each time", async () => {
  assert.deepEqual([await count("/fixed"), await count("/fixed")], [15, 0]);
  assert.deepEqual([await count("/cookie"), await count("/cookie")], [15, 0]);
});

/** What the app says that was marked: on a page, or as JSON. */
async function count(path) {
  const response = await fetch(url + path, { headers: { Cookie: "token=token-of-the-cookie" } });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return Number(/id="count">(\d+)/.exec(text)?.[1] ?? text);
}
