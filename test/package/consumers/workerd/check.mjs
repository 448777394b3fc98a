// Runs the Worker in workerd with the given compatibility date. When a request ends or its client goes away, the runtime
// drops the work that the request started. Whoever else waits for that work then waits for ever, or, since 2024-10-14 (the
// flag handle_cross_request_promise_resolution), gets a rejection. Before 2024-11-11, `fetch` throws if it gets the option
// `cache`.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, test } from "node:test";
import { build } from "esbuild";
import installed from "workerd";
import { startApiServer } from "../../../support/api-server.js";
import { startWorkerd } from "../../../support/workerd.js";

const [compatibilityDate] = process.argv.slice(2);
const DAY_MS = 24 * 60 * 60 * 1000;

/** What the responses to token requests wait for. */
let held;
/** Resolves when the next token request arrives. */
let tokenRequest;
let tokenRequestArrived;

/** Holds the responses to token requests back from now on. @returns lets them go */
function holdTokens() {
  let release;
  held = new Promise((resolve) => (release = resolve));
  tokenRequest = new Promise((resolve) => (tokenRequestArrived = resolve));
  return () => {
    held = undefined;
    release();
  };
}

const api = await startApiServer({
  async generateAccessToken(_request, _outgoing, next) {
    tokenRequestArrived?.();
    await held;
    return next();
  },
  // The Worker's own request, to /until/token-request.
  async unknown() {
    await tokenRequest;
    return {};
  },
});
const define = { API_URL: JSON.stringify(api.url) };
await build({ entryPoints: ["worker.js"], outfile: "out/worker.js", bundle: true, format: "esm", define });
const workerd = await startWorkerd(installed.default, "out", { compatibilityDate });
after(async () => {
  await workerd.stop();
  await api.close();
});

test("a call succeeds", async () => {
  assert.equal(await get("/user-0/order-1"), 15);
});

/** What drops the token request that is under way for a user. */
const DROPS = {
  "whose handler has returned": async (path) => {
    assert.equal(await get(`${path}?leave`), "left");
  },
  "whose client has gone away": async (path) => {
    const client = request(workerd.url + path).on("error", () => {});
    client.end();
    await tokenRequest;
    client.socket.resetAndDestroy();
  },
};
let users = 0;

for (const [what, drop] of Object.entries(DROPS)) {
  test(`a first token request ${what} does not block the user`, async () => {
    const user = `user-${(users += 1)}`;
    const release = holdTokens();
    await drop(`/${user}/${user}-order-1`);
    await pause();
    release();
    assert.equal(await get(`/${user}/${user}-order-2`), 15);
    assert.equal(await get(`/${user}/${user}-order-3`), 15);
  });

  test(`a refresh after a 401 ${what} does not block the user`, async () => {
    const user = `user-${(users += 1)}`;
    assert.equal(await get(`/${user}/${user}-order-1`), 15);
    api.revokeTokens();
    const release = holdTokens();
    await drop(`/${user}/${user}-order-2`);
    await pause();
    release();
    assert.equal(await get(`/${user}/${user}-order-3`), 15);
    assert.equal(await get(`/${user}/${user}-order-4`), 15);
  });

  test(`a call that waits for a token request ${what} ends, and the next one succeeds`, async () => {
    const user = `user-${(users += 1)}`;
    const release = holdTokens();
    const dropped = drop(`/${user}/${user}-order-1`);
    await tokenRequest;
    const waiting = get(`/${user}/${user}-order-2`);
    await dropped;
    await pause();
    release();
    assert.equal(await waiting, 15);
    assert.equal(await get(`/${user}/${user}-order-3`), 15);
  });
}

test("a background renewal whose handler has returned never blocks the user, before or after the token expires", async () => {
  const user = `user-${(users += 1)}`;
  assert.equal(await get(`/${user}/${user}-order-1`), 15);
  const release = holdTokens();
  // The last 5 % of a day: the token is renewed while the call goes on with it.
  assert.equal(await get(`/${user}/${user}-order-2?passMs=${0.97 * DAY_MS}`), 15);
  await pause();
  release();
  assert.equal(await get(`/${user}/${user}-order-3`), 15);
  assert.equal(await get(`/${user}/${user}-order-4?passMs=${0.5 * DAY_MS}`), 15);
});

/** Lets workerd see that a client has gone. */
function pause() {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

async function get(path) {
  const response = await fetch(workerd.url + path, { signal: AbortSignal.timeout(8000) });
  return response.json();
}
