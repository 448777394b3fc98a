// One run of the command over many order ids of many users, through an nginx with a rate limit that is restarted and then
// down for 30 s. Prints what came of the ids, what was sent, how fast it arrived, and how much memory the command took.
// Usage: node scripts/long/backfill.js [ids] [requests a second that nginx lets pass] [--rate of the command]
import { fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fail } from "../common/fail.js";
import { distFolder } from "../common/paths.js";

const COMMAND = resolve(distFolder, "cli.js");
const TOKEN_PATH = "/v2/oauth/token";
const IDS_OF_A_USER = 100;
const BURST = 20;
const RESTART_AFTER_MS = 15_000;
const OUTAGE_AFTER_MS = 30_000;
const OUTAGE_MS = 30_000;

if (process.argv[2] === "serve") serve();
else if (spawnSync("nginx", ["-v"]).error)
  fail("backfill", new Error("nginx is not installed; install the Debian package nginx-light"));
else {
  const [ids = 100_000, limit = 200, rate = Math.round(limit * 1.1)] = process.argv.slice(2).map(Number);
  await backfill(ids, limit, rate).catch((error) => fail("backfill", error));
}

/** The API, in a process of its own. It marks each order once, and tells how often it was asked to. */
function serve() {
  /** @type {Map<string, number>} */
  const marked = new Map();
  const token = JSON.stringify({ access_token: "a-token", token_type: "Bearer", expires_in: 86_400, created_at: 0 });
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    request.resume();
    response.setHeader("Content-Type", "application/json");
    if (url === TOKEN_PATH) return response.end(token);
    const before = marked.get(url) ?? 0;
    marked.set(url, before + 1);
    return response.end(`{"messages_read_count":${before === 0 ? 1 : 0}}`);
  });
  server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
  process.on("message", () => {
    const again = [...marked.values()].filter((count) => count > 1).length;
    process.send?.({ marked: marked.size, again });
  });
  process.on("disconnect", () => process.exit());
}

/** @param {number} ids @param {number} limit @param {number} rate */
async function backfill(ids, limit, rate) {
  const folder = await mkdtemp(join(tmpdir(), "backfill-"));
  const api = fork(fileURLToPath(import.meta.url), ["serve"]);
  const [{ port: apiPort }] = await once(api, "message");
  const port = await freePort();
  await writeFile(join(folder, "nginx.conf"), nginxConfig(port, apiPort, limit));
  await writeFile(join(folder, "orders.tsv"), orders(ids));
  const nginx = nginxIn(folder);
  const ending = new AbortController();
  try {
    nginx.start();
    const disturbance = disturb(nginx, ending.signal);
    const run = await runCommand(join(folder, "orders.tsv"), port, rate, ending.signal);
    if (!disturbance.isOver) throw new Error("the run was over before the outage was");
    await nginx.stop();
    api.send("count");
    const [{ marked, again }] = await once(api, "message");
    report(ids, limit, rate, run, { marked, again }, readLog(join(folder, "access.log")));
  } finally {
    ending.abort();
    await nginx.stop();
    api.disconnect();
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {number} ids @param {number} limit @param {number} rate
 * @param {Awaited<ReturnType<typeof runCommand>>} run
 * @param {{ marked: number, again: number }} api
 * @param {ReturnType<typeof readLog>} arrived
 */
function report(ids, limit, rate, { results, ...run }, api, arrived) {
  const distinct = new Set(results.map(({ order_id: id }) => id)).size;
  const isInOrder = results.every(({ order_id: id }, index) => id === orderId(index));
  const failed = results.filter(({ error }) => error).length;
  const lowerBounds = results.filter((line) => line.is_lower_bound).length;
  const untrue = results.filter((line) => !line.error && !line.is_lower_bound && line.messages_read_count !== 1).length;
  const sent = results.reduce((sum, { attempts = 1 }) => sum + attempts, 0);
  const kinds = Object.entries(arrived.counts).map(([kind, count]) => `${count} × ${kind}`);
  const lines = {
    run: `${ids} order ids of ${Math.ceil(ids / IDS_OF_A_USER)} users, --rate ${rate}; nginx lets ${limit} a second pass, and ${BURST} in a burst`,
    time: `${run.seconds.toFixed(0)} s, exit status ${run.status}`,
    results: `${results.length} lines, ${isInOrder ? "" : "not "}in the order of the input; ${failed} failed, ${lowerBounds} lower bounds, ${untrue} untrue counts`,
    lost: `${ids - distinct} without a line, ${ids - api.marked} not marked`,
    duplicates: `${results.length - distinct} lines; ${api.again} orders that the API marked more than once`,
    requests: `${sent} sent for orders; ${arrived.total} arrived at nginx: ${kinds.join(", ")}`,
    rate: `at most ${arrived.most} arrived in a second, and at most ${arrived.mostPassed} passed the limit`,
    memory: `at most ${run.peakMegabytes.toFixed(0)} MB resident`,
  };
  for (const [name, line] of Object.entries(lines)) console.log(`backfill: ${name.padEnd(10)} ${line}`);

  if (!Object.keys(arrived.counts).some((kind) => kind.endsWith(" 429"))) throw new Error("the rate limit was not met");
  if (arrived.mostPassed > limit + BURST + 1) throw new Error("the rate limit was not in force");
  if (run.status !== 0 || !isInOrder || failed + untrue > 0 || results.length !== ids || api.marked !== ids)
    throw new Error("an order is not accounted for");
}

/** @param {number} index */
function orderId(index) {
  return `order-${index + 1}`;
}

/** @param {number} ids */
function orders(ids) {
  const line = (/** @type {number} */ index) => `${orderId(index)}\tuser-${Math.floor(index / IDS_OF_A_USER) + 1}\n`;
  return Array.from({ length: ids }, (_, index) => line(index)).join("");
}

/**
 * @typedef {{ order_id: string, messages_read_count?: number, error?: object, attempts?: number, is_lower_bound?: true }} Line
 * @param {string} input @param {number} port @param {number} rate @param {AbortSignal} signal
 */
async function runCommand(input, port, rate, signal) {
  const startedAt = performance.now();
  const command = spawn(
    "sh",
    ["-c", `exec "$@" < '${input}'`, "sh", process.execPath, COMMAND, "mark-read", "-", "--rate", `${rate}`],
    {
      env: {
        ...process.env,
        INSTACART_BASE_URL: `http://127.0.0.1:${port}`,
        INSTACART_CLIENT_ID: "client",
        INSTACART_CLIENT_SECRET: "a-secret",
      },
      stdio: ["ignore", "pipe", "inherit"],
      signal,
    },
  );
  command.on("error", () => {}); // The signal's; whatever else is wrong, the status tells.
  const exit = once(command, "exit");
  let peakMegabytes = 0;
  const watch = setInterval(() => (peakMegabytes = Math.max(peakMegabytes, peakMemory(command.pid))), 1000);
  /** @type {Line[]} */
  const results = [];
  for await (const line of createInterface({ input: command.stdout })) results.push(JSON.parse(line));
  clearInterval(watch);
  const [status] = await exit;
  return { results, status, peakMegabytes, seconds: (performance.now() - startedAt) / 1000 };
}

/** @param {string} folder */
function nginxIn(folder) {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let nginx;
  return {
    start() {
      nginx = spawn("nginx", ["-p", folder, "-e", "stderr", "-c", "nginx.conf"], {
        stdio: ["ignore", "ignore", "inherit"],
      });
    },
    async stop() {
      if (!nginx || nginx.exitCode !== null) return;
      const exit = once(nginx, "exit");
      nginx.kill("SIGTERM");
      await exit;
    },
  };
}

/** @param {ReturnType<typeof nginxIn>} nginx @param {AbortSignal} signal */
function disturb(nginx, signal) {
  const disturbance = { isOver: false };
  const pause = (/** @type {number} */ ms) => delay(ms, undefined, { signal });
  (async () => {
    await pause(RESTART_AFTER_MS);
    await nginx.stop();
    nginx.start();
    await pause(OUTAGE_AFTER_MS - RESTART_AFTER_MS);
    await nginx.stop();
    await pause(OUTAGE_MS);
    nginx.start();
    disturbance.isOver = true;
  })().catch(() => {}); // The run has ended.
  return disturbance;
}

/** @param {number} port @param {number} apiPort @param {number} limit */
function nginxConfig(port, apiPort, limit) {
  return `daemon off; pid nginx.pid; user root; worker_processes 1; error_log stderr crit;
events { worker_connections 256; }
http {
  log_format line "$msec $status $uri"; access_log access.log line;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  limit_req_zone $server_addr zone=limit:1m rate=${limit}r/s;
  upstream api { server 127.0.0.1:${apiPort}; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      limit_req zone=limit burst=${BURST} nodelay; limit_req_status 429;
      proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";
    }
  }
}`;
}

/**
 * What arrived at nginx, by what it was for and the status of the response, and the most in a second of the clock.
 *
 * @param {string} log
 */
function readLog(log) {
  /** @type {Record<string, number>} */
  const counts = {};
  /** @type {Record<string, number>} */
  const perSecond = {};
  /** @type {Record<string, number>} */
  const passedPerSecond = {};
  const add = (/** @type {Record<string, number>} */ sums, /** @type {string} */ key) =>
    (sums[key] = (sums[key] ?? 0) + 1);
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  for (const line of lines) {
    const [time = "", status = "", uri] = line.split(" ");
    const [second = ""] = time.split(".");
    add(counts, `${uri === TOKEN_PATH ? "token" : "order"} ${status}`);
    add(perSecond, second);
    if (status !== "429") add(passedPerSecond, second);
  }
  const most = (/** @type {Record<string, number>} */ sums) => Math.max(...Object.values(sums));
  return { total: lines.length, counts, most: most(perSecond), mostPassed: most(passedPerSecond) };
}

/** @param {number | undefined} pid */
function peakMemory(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // It has ended.
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}
