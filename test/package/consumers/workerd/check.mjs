// Runs the Worker in workerd with the compatibility date that is given. When a request ends, or its client goes away,
// the runtime drops what the request has under way: what waits for it never settles before the flag
// `handle_cross_request_promise_resolution`, and rejects with it (by default since 2024-10-14). Before 2024-11-11,
// `fetch` throws where it is given the option `cache`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { after, beforeEach, test } from "node:test";
import { build } from "esbuild";
import installed from "workerd";
import { startApi } from "../api-server.mjs";

const [compatibilityDate] = process.argv.slice(2);
const TWELVE_HOURS = 12 * 60 * 60 * 1000;

/** Token requests are held until `release` is called. */
let held;
let release = () => {};
let tokenRequestArrived = () => {};
let tokenRequest;
const hold = () => (held = new Promise((resolve) => (release = resolve)));
const expectTokenRequest = () => (tokenRequest = new Promise((resolve) => (tokenRequestArrived = resolve)));

const api = await startApi(async ({ path }, response) => {
  if (path === "/until/token-request") {
    await tokenRequest;
    response.end();
    return true;
  }
  if (path === "/v2/oauth/token") {
    tokenRequestArrived();
    await held;
  }
  return false;
});
const { workerd, port } = await startWorkerd();
after(() => {
  workerd.kill("SIGKILL");
  api.close();
});

beforeEach(() => {
  held = undefined;
  expectTokenRequest();
});

test("a call succeeds", async () => {
  assert.equal(await get("/user-0/order-1"), 15);
});

/** What drops the token request that is under way for a user. */
const DROPS = {
  "whose handler has returned": async (path) => {
    assert.equal(await get(`${path}${path.includes("?") ? "&" : "?"}leave`), "left");
  },
  "whose client has gone away": async (path) => {
    const client = request(`http://127.0.0.1:${port}${path}`).on("error", () => {});
    client.end();
    await tokenRequest;
    client.socket.resetAndDestroy();
  },
};
let users = 0;

for (const [what, drop] of Object.entries(DROPS)) {
  test(`a first token request ${what} does not block the user`, async () => {
    const user = `user-${(users += 1)}`;
    hold();
    await drop(`/${user}/${user}-order-1`);
    await pause();
    release();
    held = undefined;
    assert.equal(await get(`/${user}/${user}-order-2`), 15);
    assert.equal(await get(`/${user}/${user}-order-3`), 15);
  });

  test(`a refresh after a 401 ${what} does not block the user`, async () => {
    const user = `user-${(users += 1)}`;
    assert.equal(await get(`/${user}/${user}-order-1`), 15);
    api.revokeTokens();
    hold();
    expectTokenRequest();
    await drop(`/${user}/${user}-order-2`);
    await pause();
    release();
    held = undefined;
    assert.equal(await get(`/${user}/${user}-order-3`), 15);
    assert.equal(await get(`/${user}/${user}-order-4`), 15);
  });

  test(`a call that waits for a token request ${what} ends, and the next one succeeds`, async () => {
    const user = `user-${(users += 1)}`;
    hold();
    const dropped = drop(`/${user}/${user}-order-1`);
    await tokenRequest;
    const waiting = get(`/${user}/${user}-order-2`);
    await dropped;
    await pause();
    release();
    held = undefined;
    assert.equal(await waiting, 15);
    assert.equal(await get(`/${user}/${user}-order-3`), 15);
  });
}

test("a background renewal whose handler has returned does not block the user, before the token expires and after", async () => {
  const user = `user-${(users += 1)}`;
  assert.equal(await get(`/${user}/${user}-order-1`), 15);
  hold();
  expectTokenRequest();
  // The last 5 % of a day: the token is renewed while the call goes on with it.
  assert.equal(await get(`/${user}/${user}-order-2?passMs=${TWELVE_HOURS * 1.95}`), 15);
  await pause();
  release();
  held = undefined;
  assert.equal(await get(`/${user}/${user}-order-3`), 15);
  assert.equal(await get(`/${user}/${user}-order-4?passMs=${TWELVE_HOURS}`), 15);
});

/** Lets workerd see that a client has gone. */
function pause() {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

async function get(path) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(8000) });
  return response.json();
}

async function startWorkerd() {
  await build({
    entryPoints: ["worker.js"],
    outfile: "out/worker.js",
    bundle: true,
    format: "esm",
    define: { API_URL: JSON.stringify(api.url) },
  });
  await writeFile(
    `out/${compatibilityDate}.capnp`,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      compatibilityDate = "${compatibilityDate}",
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`,
  );
  const workerd = spawn(installed.default, ["serve", "--control-fd=3", `out/${compatibilityDate}.capnp`], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  for await (const line of createInterface({ input: workerd.stdio[3] })) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return { workerd, port };
  }
  throw new Error("workerd did not start");
}
