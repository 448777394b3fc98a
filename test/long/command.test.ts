import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { distFolder } from "../../scripts/common/paths.js";
import { startMarkingServer, type MarkingServer } from "../support/marking-server.js";
import { startRealServer, type RealServer } from "../support/real-server.js";
import { runNode } from "../support/run-node.js";
import { cert, key } from "../support/self-signed.js";

// The command through servers as they are in production: each order id has to be accounted for.
const IDS = Array.from({ length: 2000 }, (_, index) => `order-${index + 1}`);

let api: MarkingServer;
let folder: string;
let started: RealServer[];

beforeEach(async () => {
  api = await startMarkingServer();
  folder = await mkdtemp(join(tmpdir(), "real-servers-"));
  started = [];
  await writeFile(join(folder, "cert.pem"), cert);
  await writeFile(join(folder, "key.pem"), `${cert}\n${key}`);
});
afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  await api.close();
  await rm(folder, { recursive: true });
});

async function start(
  program: Parameters<typeof startRealServer>[0],
  args: (config: string) => string[],
  config: (port: number) => string,
) {
  const file = join(folder, `${program}.conf`);
  const server = await startRealServer(program, (port) => {
    writeFileSync(file, config(port));
    return args(file);
  });
  started.push(server);
  return server;
}

/** @param location what the location is told beside where to pass requests on to */
const startNginx = ({ http = "", server = "", location = "", tls = false } = {}) =>
  start(
    "nginx",
    (file) => ["-p", folder, "-e", "stderr", "-c", file],
    (port) => `daemon off; pid nginx.pid; user root; worker_processes 2; error_log stderr crit;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream api { server 127.0.0.1:${api.port} max_fails=0; keepalive 16; }
  ${http}
  server {
    listen 127.0.0.1:${port}${tls ? " ssl" : ""};
    ${tls ? "ssl_certificate cert.pem; ssl_certificate_key key.pem;" : ""}
    ${server}
    location / { proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; ${location} }
  }
}`,
  );

interface ResultLine {
  readonly order_id: string;
  readonly messages_read_count?: number;
  readonly is_lower_bound?: true;
  readonly attempts?: number;
  readonly error?: unknown;
}

const command = (args: string[], url: string, env: Record<string, string> = {}, ids = IDS) =>
  runNode([join(distFolder, "cli.js"), "mark-read", ...args], {
    env: { INSTACART_ACCESS_TOKEN: "a-token", INSTACART_BASE_URL: url, ...env },
    input: ids.join("\n"),
  });

/** Runs the command over all ids, and checks that each was marked, and that what is said of it is true. */
async function markAll(url: string, args: string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = await command(["-", ...args], url, env);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ResultLine);
  expect(lines.filter(({ error }) => error)).toEqual([]);
  expect([status, lines.map(({ order_id }) => order_id).toSorted()]).toEqual([0, IDS.toSorted()]);
  expect(IDS.filter((id) => !api.marked.has(id))).toEqual([]);
  // The server counts each message once, so whoever got another count has to say that it is a lower bound.
  const isTrue = (line: ResultLine) => line.messages_read_count === 1 || line.is_lower_bound;
  expect(lines.filter((line) => !isTrue(line))).toEqual([]);
  const sentAgain = lines.filter(({ attempts }) => attempts !== undefined).length;
  return { lines, stderr, sentAgain, lowerBounds: lines.filter((line) => line.is_lower_bound).length };
}

describe("through nginx", () => {
  test("every order is marked, despite a private certificate authority, short connections, reloads and restarts", async () => {
    const nginx = await startNginx({ tls: true, server: "keepalive_timeout 1s;" });
    const url = `https://localhost:${nginx.port}`;
    let isRunning = true;
    const disturb = async () => {
      for (let round = 1; isRunning; round += 1) {
        await delay(500);
        if (round % 4 !== 0) nginx.reload();
        else {
          await nginx.stop();
          await delay(500);
          await nginx.start();
        }
      }
    };
    const disturbing = disturb();
    await markAll(url, ["--rate", "400"], { NODE_EXTRA_CA_CERTS: join(folder, "cert.pem") });
    isRunning = false;
    await disturbing;
  });

  test("a certificate from an unknown authority stops the run at once, and the message says what to do", async () => {
    const nginx = await startNginx({ tls: true });
    const { status, stdout, stderr } = await command(["-"], `https://localhost:${nginx.port}`);
    expect([status, stdout, api.requests]).toEqual([3, "", 0]);
    expect(stderr).toContain("NODE_EXTRA_CA_CERTS");
    expect(stderr).toContain("2000 left");
  });

  const LIMIT = "limit_req_zone $server_addr zone=limit:1m rate=50r/s;";
  test.each([
    [
      "with Retry-After",
      "limit_req zone=limit burst=20 nodelay; limit_req_status 429; add_header Retry-After 1 always;",
    ],
    ["without Retry-After", "limit_req zone=limit burst=20 nodelay; limit_req_status 429;"],
  ])("no order is lost to a rate limit %s", async (_, location) => {
    const nginx = await startNginx({ http: LIMIT, location });
    const { lowerBounds, sentAgain } = await markAll(`http://127.0.0.1:${nginx.port}`);
    expect([lowerBounds, sentAgain > 0]).toEqual([0, true]); // The limit was met, and marked nothing.
    expect(sentAgain).toBeLessThan(0.1 * IDS.length);
  });

  test("a limit of 20 a second is used to more than half of it", async () => {
    const nginx = await startNginx({
      http: "limit_req_zone $server_addr zone=limit:1m rate=20r/s;",
      location: "limit_req zone=limit burst=5 nodelay; limit_req_status 429;",
    });
    const ids = IDS.slice(0, 600);
    const startedAt = performance.now();
    const { status } = await command(["-"], `http://127.0.0.1:${nginx.port}`, {}, ids);
    expect([status, api.requests]).toEqual([0, ids.length]);
    expect(ids.length / ((performance.now() - startedAt) / 1000)).toBeGreaterThan(0.55 * 20);
  });

  test("no request is rejected if --rate is below the rate limit", async () => {
    const nginx = await startNginx({ http: LIMIT, location: "limit_req zone=limit burst=8 nodelay;" });
    // However late nginx reads them, there are never more than 8 requests at once.
    const { lowerBounds } = await markAll(`http://127.0.0.1:${nginx.port}`, ["--rate", "45", "--concurrency", "8"]);
    expect([lowerBounds, api.requests]).toEqual([0, IDS.length]);
  });

  test("no order is lost to error pages with status 502 and 504", async () => {
    const nginx = await startNginx({ location: "proxy_read_timeout 200ms; proxy_next_upstream off;" });
    const states = ["", "502", "", "504", ""] as const;
    let firstAt: number | undefined; // However long the command takes to start.
    api.respond = (response, body) => {
      firstAt ??= performance.now();
      const state = states[Math.floor((performance.now() - firstAt) / 800)] ?? "";
      if (state === "502") response.destroy();
      else if (state === "") response.end(body);
    };
    const { lowerBounds } = await markAll(`http://127.0.0.1:${nginx.port}`, ["--rate", "400"]);
    expect(lowerBounds).toBeGreaterThan(0);
  });
});

describe("with an API that takes 15 ms for a response", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `order-${index + 1}`);
  type Respond = (orderId: string, response: ServerResponse) => boolean;

  /** Runs the command over so many orders; `respond` says which requests it has responded to itself. */
  async function run(count: number, respond: Respond = () => false, args: string[] = []) {
    const requests = new Map<string, number>();
    const startedAt = performance.now();
    let lastAt = 0;
    api.respond = (response, body, request) => {
      const orderId = request.url?.split("/")[4] ?? "";
      requests.set(orderId, (requests.get(orderId) ?? 0) + 1);
      if (respond(orderId, response)) return;
      lastAt = performance.now() - startedAt;
      setTimeout(() => response.end(body), 15);
    };
    const { status, stdout } = await command(["-", ...args], api.url, {}, many(count));
    const lines = stdout.split("\n").slice(0, -1);
    const failed = lines.map((line) => JSON.parse(line) as ResultLine).filter(({ error }) => error);
    return { status, lines, failed: failed.map(({ order_id }) => order_id), requests, lastAt };
  }

  test("one order that never responds delays no other", async () => {
    const healthy = await run(6000);
    const { status, failed, requests, lines, lastAt } = await run(6000, (id) => id === "order-100", [
      "--timeout",
      "3s",
    ]);
    expect([status, failed, requests.get("order-100"), lines.length]).toEqual([1, ["order-100"], 5, 6000]);
    expect(lastAt).toBeLessThan(1.2 * healthy.lastAt);
  });

  test("one order with 503 and Retry-After is sent five times, and delays no other by long", async () => {
    const healthy = await run(3000);
    const { failed, requests, lastAt } = await run(3000, (id, response) => {
      if (id === "order-100") response.writeHead(503, { "Retry-After": "1" }).end();
      return id === "order-100";
    });
    expect([failed, requests.get("order-100")]).toEqual([["order-100"], 5]);
    expect(lastAt - healthy.lastAt).toBeLessThan(6000);
  });

  test("25 % of requests that fail take less than three fifths of the speed", async () => {
    const healthy = await run(20_000);
    let count = 0;
    const startedAt = performance.now();
    const { lines } = await run(20_000, (_, response) => {
      const fails = (count += 1) % 4 === 0;
      if (fails) response.writeHead(503).end();
      return fails;
    });
    expect(lines).toHaveLength(20_000);
    expect(healthy.lastAt / (performance.now() - startedAt)).toBeGreaterThan(0.4);
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ["503 with Retry-After: 0", (response) => response.writeHead(503, { "Retry-After": "0" }).end()],
    ["a page with 200", (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<html>")],
    ["a firewall's 403", (response) => response.writeHead(403, { "Content-Type": "text/html" }).end("<html>")],
    ["a redirect", (response) => response.writeHead(302, { Location: "/maintenance" }).end()],
  ])("no order is lost to 5 s of %s, and few requests are sent", async (_, fail) => {
    let firstAt: number | undefined;
    let sent = 0;
    const { status, failed, lines } = await run(4000, (_, response) => {
      firstAt ??= performance.now();
      const since = performance.now() - firstAt;
      if (since < 2000 || since >= 7000) return false;
      sent += 1;
      fail(response);
      return true;
    });
    expect([status, failed, lines.length]).toEqual([0, [], 4000]);
    expect(sent).toBeLessThanOrEqual(22);
  });
});

describe("through haproxy", () => {
  const startHaproxy = (server: string, backend = "") =>
    start(
      "haproxy",
      (file) => ["-db", "-f", file],
      (port) => `defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
  ${backend}
frontend front
  bind 127.0.0.1:${port}
  default_backend api
backend api
  server api 127.0.0.1:${api.port} ${server}
`,
    );

  test("no order is lost to a short queue", async () => {
    const haproxy = await startHaproxy("maxconn 2 maxqueue 2", "timeout queue 20ms");
    api.respond = (response, body) => void setTimeout(() => response.end(body), 5);
    const { lowerBounds } = await markAll(`http://127.0.0.1:${haproxy.port}`, ["--concurrency", "8"]);
    expect(lowerBounds).toBeGreaterThan(0); // Twice as many requests as have room, so the queue was full.
  });

  test("counts are reported as lower bounds if responses are cut off after the work was done", async () => {
    const haproxy = await startHaproxy("");
    const cut = new Set<string>();
    api.respond = (response, body, request) => {
      if (api.requests % 40 !== 0) return response.end(body);
      cut.add(request.url ?? "");
      response.writeHead(200, { "Content-Length": body.length });
      response.write(body.slice(0, 5), () => response.destroy());
      return undefined;
    };
    const { lowerBounds } = await markAll(`http://127.0.0.1:${haproxy.port}`, ["--concurrency", "4"]);
    expect(cut.size).toBeGreaterThan(IDS.length / 50);
    expect(lowerBounds).toBe(cut.size);
  });
});

describe("through tinyproxy with a password", () => {
  const setUp = async (password: string) => {
    const nginx = await startNginx({ tls: true });
    const proxy = await start(
      "tinyproxy",
      (file) => ["-d", "-c", file],
      (port) => `Port ${port}
Listen 127.0.0.1
Timeout 60
MaxClients 100
LogLevel Critical
BasicAuth user secret
ConnectPort ${nginx.port}
`,
    );
    const env = {
      HTTPS_PROXY: `http://user:${password}@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
    };
    return { url: `https://localhost:${nginx.port}`, proxy, env };
  };

  test("every order is marked", async () => {
    const { url, env, proxy } = await setUp("secret");
    await markAll(url, [], env);
    await proxy.stop();
    const { status } = await command(["order-1", "--max-attempts", "1"], url, env);
    expect(status).toBe(1); // So it was the proxy that the requests went through.
  });

  test("the run stops at once if the password is incorrect", async () => {
    const { url, env } = await setUp("incorrect");
    const { status, stdout, stderr } = await command(["-"], url, env);
    expect([status, stdout, api.requests]).toEqual([3, "", 0]);
    expect(stderr).toMatch(/Proxy response \(40[17]\)/);
  });
});
