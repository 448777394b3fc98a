// One run of the command over 100,000 order ids, through an nginx with a rate limit that is restarted and then down for 30 s.
// Prints how long it took, what came of the ids, how many requests arrived, and how much memory the command took.
// Usage: node scripts/long/backfill.js [ids] [requests a second]
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

const [IDS = 100_000, RATE = 800] = process.argv[2] === "serve" ? [] : process.argv.slice(2).map(Number);
const RESTART_AFTER_MS = 15_000;
const OUTAGE_AFTER_MS = 30_000;
const OUTAGE_MS = 30_000;

if (process.argv[2] === "serve") serve();
else await backfill().catch((error) => fail("backfill", error));

/** The API, in a process of its own. It marks each order once. */
function serve() {
  const marked = new Set();
  const server = createServer((request, response) => {
    const count = marked.has(request.url) ? 0 : 1;
    marked.add(request.url);
    response.setHeader("Content-Type", "application/json").end(`{"messages_read_count":${count}}`);
  });
  server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
  process.on("message", () => process.send?.(marked.size));
  process.on("disconnect", () => process.exit());
}

async function backfill() {
  if (spawnSync("nginx", ["-v"]).error)
    throw new Error("nginx is not installed; install the Debian package nginx-light");
  const folder = await mkdtemp(join(tmpdir(), "backfill-"));
  const api = fork(fileURLToPath(import.meta.url), ["serve"]);
  const [{ port: apiPort }] = await once(api, "message");
  const port = await freePort();
  await writeFile(join(folder, "nginx.conf"), nginxConfig(port, apiPort, join(folder, "access.log")));
  await writeFile(
    join(folder, "orders.txt"),
    Array.from({ length: IDS }, (_, index) => `order-${index + 1}\n`).join(""),
  );
  const startNginx = () => spawn("nginx", ["-p", folder, "-e", "stderr", "-c", "nginx.conf"], { stdio: "ignore" });
  let nginx = startNginx();
  const stopNginx = () => Promise.all([once(nginx, "exit"), nginx.kill("SIGTERM")]);

  const startedAt = performance.now();
  const command = spawn(
    "sh",
    [
      "-c",
      `exec "$0" "$1" mark-read - < "$2"`,
      process.execPath,
      resolve(distFolder, "cli.js"),
      join(folder, "orders.txt"),
    ],
    {
      env: { ...process.env, INSTACART_ACCESS_TOKEN: "t", INSTACART_BASE_URL: `http://127.0.0.1:${port}` },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const exit = once(command, "exit");
  const disturb = async () => {
    await delay(RESTART_AFTER_MS);
    await stopNginx();
    nginx = startNginx();
    await delay(OUTAGE_AFTER_MS - RESTART_AFTER_MS);
    await stopNginx();
    await delay(OUTAGE_MS);
    nginx = startNginx();
  };
  const disturbing = disturb();
  let peakMemory = 0;
  const watch = setInterval(() => (peakMemory = Math.max(peakMemory, residentMegabytes(command.pid))), 1000);

  const results = { lines: 0, inOrder: true, failed: 0, lowerBounds: 0, messages: 0 };
  for await (const line of createInterface({ input: command.stdout })) {
    const { order_id, messages_read_count: count, error, is_lower_bound: isLowerBound } = JSON.parse(line);
    results.lines += 1;
    if (order_id !== `order-${results.lines}`) results.inOrder = false;
    if (error) results.failed += 1;
    if (isLowerBound) results.lowerBounds += 1;
    else if (!error && count !== 1) throw new Error(`${order_id} has the count ${count}, which is not true`);
    results.messages += count ?? 0;
  }
  const [status] = await exit;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  clearInterval(watch);
  await disturbing;
  await stopNginx();
  api.send("count");
  const [marked] = await once(api, "message");
  api.disconnect();

  const statuses = countStatuses(readFileSync(join(folder, "access.log"), "utf8"));
  await rm(folder, { recursive: true });
  const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  console.log(
    `backfill: status ${status} after ${seconds} s; ${results.lines} lines, ${results.failed} failed, ` +
      `${results.lowerBounds} lower bounds; ${marked} orders marked; ${requests} requests arrived ` +
      `(${Object.entries(statuses)
        .map(([code, count]) => `${count} × ${code}`)
        .join(", ")}); ` +
      `the command took at most ${peakMemory.toFixed(0)} MB`,
  );
  if (status !== 0 || !results.inOrder || results.lines !== IDS || results.failed > 0 || marked !== IDS)
    throw new Error("an order is not accounted for");
}

/** @param {number} port @param {number} apiPort @param {string} log */
function nginxConfig(port, apiPort, log) {
  return `daemon off; pid nginx.pid; user root; worker_processes 1; error_log stderr crit;
events { worker_connections 256; }
http {
  log_format status "$status"; access_log ${log} status buffer=64k flush=1s;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  limit_req_zone $server_addr zone=limit:1m rate=${RATE}r/s;
  upstream api { server 127.0.0.1:${apiPort}; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      limit_req zone=limit burst=50 nodelay; limit_req_status 429;
      proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";
    }
  }
}`;
}

/** @param {string} log */
function countStatuses(log) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const status of log.split("\n").filter(Boolean)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** @param {number | undefined} pid */
function residentMegabytes(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
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
