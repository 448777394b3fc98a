// Eight processes that share their access tokens through Keyv on a real Redis make calls for fifty users at once. There
// must be about one token request for each user, and no call may fail, even when all tokens are rejected while Redis is
// killed.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import KeyvRedis from "@keyv/redis";
import Keyv from "keyv";
import { fail } from "../common/fail.js";

const PROCESSES = 8;
const USERS = 50;
const CALLS_PER_USER = 4; // In each process.
// One on a quiet machine; without sharing, one for each process.
const MAX_TOKEN_REQUESTS_PER_USER = 2;
const TOKEN_MS = 100;
const KILL_AFTER_MS = 150;

if (process.argv[2] === "process") await oneProcess();
else await runLoad().catch((error) => fail("shared-token-load", error));

async function runLoad() {
  const redis = await startRedis();
  const api = await startApi();
  const processes = Array.from({ length: PROCESSES }, () =>
    fork(fileURLToPath(import.meta.url), ["process", api.url, redis.url]),
  );
  const end = () => {
    for (const child of processes) child.kill();
    redis.kill();
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => (end(), process.exit(1)));
  try {
    await Promise.all(processes.map(nextMessage));

    const first = await round(processes, api);
    report("Redis is empty", first);
    const second = await round(processes, api);
    report("Redis has the tokens", second);

    api.rejectAllTokens();
    const killed = delay(KILL_AFTER_MS).then(redis.kill);
    const third = await round(processes, api);
    await killed;
    report("all tokens are rejected, and Redis is killed", third);

    const most = USERS * MAX_TOKEN_REQUESTS_PER_USER;
    if (first.tokenRequests > most) throw new Error(`more than ${most} token requests for ${USERS} users`);
    if (second.tokenRequests > 0) throw new Error("tokens were requested although Redis had them");
    const lost = [first, second, third].flatMap(({ errors }) => errors);
    if (lost.length > 0) throw new Error(`${lost.length} calls failed, the first with: ${lost[0]}`);
  } finally {
    end();
    api.close();
  }
}

/**
 * @param {import("node:child_process").ChildProcess[]} processes
 * @param {Awaited<ReturnType<typeof startApi>>} api
 */
async function round(processes, api) {
  api.tokenRequests = 0;
  const results = processes.map(nextMessage);
  for (const child of processes) child.send("go");
  /** @type {string[]} */
  const errors = (await Promise.all(results)).flat();
  return { tokenRequests: api.tokenRequests, errors };
}

/** @param {import("node:child_process").ChildProcess} child */
async function nextMessage(child) {
  const exit = once(child, "exit").then(() => {
    throw new Error("a process exited early");
  });
  const [message] = await Promise.race([once(child, "message"), exit]);
  return message;
}

/**
 * @param {string} what
 * @param {Awaited<ReturnType<typeof round>>} result
 */
function report(what, { tokenRequests, errors }) {
  const calls = PROCESSES * USERS * CALLS_PER_USER;
  console.log(
    `shared-token-load: ${PROCESSES} processes, ${USERS} users, ${what}: ${tokenRequests} token requests, ${calls - errors.length} of ${calls} calls succeeded`,
  );
}

/** One process: makes its calls at each message from its parent, and sends back the errors. */
async function oneProcess() {
  const [, , , baseUrl, redisUrl] = process.argv;
  const dist = new URL("../../dist/", import.meta.url);
  /** @type {typeof import("../../src/index.js")} */
  const { createChatClient } = await import(`${dist}index.js`);
  /** @type {typeof import("../../src/oauth/index.js")} */
  const { createTokenProvider } = await import(`${dist}oauth.js`);

  const store = new Keyv(new KeyvRedis(redisUrl));
  store.on("error", () => {}); // Redis is killed on purpose.
  const tokens = createTokenProvider({ clientId: "client-123", clientSecret: "not-a-real-secret", baseUrl, store });
  // Slow calls are fine here; failed ones are not.
  const chat = createChatClient({ accessToken: tokens.forClient(), baseUrl, timeoutMs: 60_000, maxRetries: 5 });
  await store.get("connects");

  process.on("disconnect", () => process.exit());
  process.on("message", async () => {
    const calls = Array.from({ length: USERS * CALLS_PER_USER }, (_, index) => {
      const user = `user-${index % USERS}`;
      return chat.markMessagesAsRead(`order-of-${user}`, { accessToken: tokens.forUser(user) });
    });
    const results = await Promise.allSettled(calls);
    process.send?.(results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : [])));
  });
  process.send?.("ready");
}

/** The API: issues tokens, and accepts only the newest token of the order's user. */
async function startApi() {
  /** @type {Map<string, string>} */
  const tokens = new Map();
  let issued = 0;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    response.setHeader("Content-Type", "application/json");
    if (request.method === "PUT") {
      const [, user = ""] = /order-of-([^/]+)/.exec(request.url ?? "") ?? [];
      const isValid = tokens.has(user) && request.headers.authorization === `Bearer ${tokens.get(user)}`;
      if (isValid) response.end('{"messages_read_count":15}');
      else response.writeHead(401).end('{"error":{"message":"The access token is not valid","code":401}}');
      return;
    }
    api.tokenRequests += 1;
    await delay(TOKEN_MS);
    const user = JSON.parse(Buffer.from(JSON.parse(text).assertion, "base64").toString()).user_id;
    // Returns a valid token again, so that two requests for one user do not invalidate each other.
    const token = tokens.get(user) ?? `token-${(issued += 1)}-of-${user}`;
    tokens.set(user, token);
    const created_at = Math.floor(Date.now() / 1000);
    response.end(JSON.stringify({ access_token: token, token_type: "Bearer", expires_in: 86400, created_at }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const api = {
    url: `http://127.0.0.1:${port}`,
    tokenRequests: 0,
    rejectAllTokens: () => tokens.clear(),
    close: () => server.close().closeAllConnections(),
  };
  return api;
}

/** Starts Redis on a free loopback port, without a file on disk. */
async function startRedis() {
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server = spawn("redis-server", options, { stdio: "ignore" });
  await once(server, "spawn").catch(() => {
    throw new Error("redis-server is not installed; Debian has it as redis-server, .ci/run installs it");
  });
  for (let tries = 0; !(await isUp(port)); tries += 1) {
    if (tries === 100 || server.exitCode !== null) throw new Error("redis-server did not start");
    await delay(50);
  }
  return { url: `redis://127.0.0.1:${port}`, kill: () => server.kill("SIGKILL") };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}

/** @param {number} port */
function isUp(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.on("error", () => resolve(false)).on("connect", () => socket.end());
  });
}
