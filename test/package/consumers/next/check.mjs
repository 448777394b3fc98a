// Builds the app with the version of Next.js that is given, without its secrets, and runs it with them. Next puts its own
// `fetch` in place, which caches even PUT and POST in 14.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { startApiServer } from "../../../support/api-server.js";

const [version] = process.argv.slice(2);
const project = resolve(version);
await cp("app", resolve(project, "app"), { recursive: true });
const next = createRequire(resolve(project, "package.json")).resolve("next/dist/bin/next");

const api = await startApiServer();
after(() => api.close());
const marks = () => api.requestsOf("markMessagesAsRead");
const env = {
  PATH: process.env.PATH,
  TMPDIR: process.env.TMPDIR,
  HOME: project,
  NEXT_TELEMETRY_DISABLED: "1",
  NEXT_IGNORE_INCORRECT_LOCKFILE: "1",
  INSTACART_BASE_URL: api.url,
};

const { stdout: built } = await promisify(execFile)(process.execPath, [next, "build"], { cwd: project, env });
const { port, server } = await start();
after(() => server.kill("SIGKILL"));

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
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { Cookie: "token=token-of-the-cookie" } });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return Number(/id="count">(\d+)/.exec(text)?.[1] ?? text);
}

async function start() {
  const secrets = { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: "not-a-real-secret" };
  const args = [next, "start", "--port", "0", "--hostname", "127.0.0.1"];
  const server = spawn(process.execPath, args, {
    cwd: project,
    env: { ...env, ...secrets },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port) return { port, server };
  }
  throw new Error("Next did not start");
}
