// What only a process of its own can show, or the installed package. Other tests run the command in their own process.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { startApiServer, type ApiServer } from "../support/api-server.js";
import { runNode } from "../support/run-node.js";

const bin = join(inject("consumerFolder"), "node_modules/instacart-post-checkout-chat/dist/cli.js");
const TOKEN = "a-very-secret-token";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ markMessagesAsRead: [{ body: { messages_read_count: 15 } }] });
});
afterAll(() => server.close());

const environment = () => ({ INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: server.url });
const command = (args: string[], env: Record<string, string> = {}) => runNode([bin, ...args], { env });

const SUMMARY = expect.stringMatching(/^instacart-chat: 1 done, 0 failed in \d+ ms \([\d.]+\/s\)\n$/) as string;
const line = (orderId: string) => `{"order_id":"${orderId}","messages_read_count":15}\n`;

test("the command prints one line of JSON, and a summary on standard error", async () => {
  const result = await command(["mark-read", "order-123"], environment());
  expect(result).toEqual({ status: 0, stdout: line("order-123"), stderr: SUMMARY });
  expect(server.requests.splice(0)).toEqual([
    expect.objectContaining({
      path: "/v2/post_checkout/chat/order-123/messages",
      headers: expect.objectContaining({ authorization: `Bearer ${TOKEN}` }),
    }),
  ]);
});

test("--version prints the version", async () => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(await command(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
});

test("the command ends with its summary, although a proxy never opens the tunnel", async () => {
  const proxy = createServer().on("connect", () => {});
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const args = ["mark-read", "a", "--base-url", "https://server.example", "--timeout", "200ms", "--max-attempts", "1"];
  const startedAt = performance.now();
  const { status, stderr } = await command(args, { ...environment(), HTTPS_PROXY: url });
  expect([status, stderr]).toEqual([1, expect.stringContaining("0 done, 1 failed")]);
  expect(performance.now() - startedAt).toBeLessThan(5000); // undici alone would wait for longer.
  proxy.closeAllConnections();
  proxy.close();
});

test("requests go through the proxy from the environment, which is checked, except to the own machine", async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on("connect", ({ url }: IncomingMessage, socket: Duplex) => {
    tunnels.push(url ?? "");
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const env = { ...environment(), HTTPS_PROXY: url, HTTP_PROXY: url };
  expect((await command(["mark-read", "a"], env)).status).toBe(0);
  expect(tunnels).toEqual([]);
  const rejected = await command(["mark-read", "a", "--base-url", "https://server.example"], env);
  expect([rejected.status, tunnels]).toEqual([3, ["server.example:443"]]);
  const invalid = await command(["mark-read", "a"], { ...env, HTTPS_PROXY: "http://user:hunter2@[::1" });
  expect([invalid.status, invalid.stderr]).toEqual([2, expect.stringMatching(/^instacart-chat: .*HTTPS_PROXY.*\n$/)]);
  expect(invalid.stderr).not.toContain("hunter2");
  proxy.close();
  server.requests.splice(0);
});

interface Started {
  readonly child: ChildProcess;
  readonly shown: { stdout: string; stderr: string };
  readonly closed: Promise<unknown[]>;
}

function start(args: string[], url: string, input = ""): Started {
  const env = { ...environment(), INSTACART_BASE_URL: url };
  const child = spawn(process.execPath, [bin, "mark-read", ...args], { env, stdio: "pipe" });
  const shown = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].on("data", (data) => (shown[name] += String(data)));
  child.stdin.on("error", () => {}).end(input);
  return { child, shown, closed: once(child, "close") };
}

const ids = Array.from({ length: 200 }, (_, index) => `order-${index}`).join("\n");

// Windows knows no signals: `kill` ends a process there.
describe.skipIf(process.platform === "win32")("a run that is ended from outside", () => {
  let folder: string;
  let results: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "command-"));
    results = join(folder, "results.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A server that holds back its responses once it has sent some. */
  async function holdingServer(after: number) {
    const held: (() => void)[] = [];
    const api = await startApiServer({
      async markMessagesAsRead(_request, _outgoing, next) {
        if (api.requests.length > after) await new Promise<void>((release) => held.push(release));
        return next();
      },
    });
    return { ...api, held };
  }

  /** Waits until all the requests that the command has in flight are held back. */
  const untilHeld = (api: { held: unknown[] }) =>
    vi.waitFor(() => expect(api.held).toHaveLength(8), { timeout: 10_000 });

  const recorded = async () => (await readFile(results, "utf8")).trim().split("\n");

  test("by Ctrl-C waits for the requests in flight; the same command goes on", async () => {
    const api = await holdingServer(20);
    const { child, shown, closed } = start(["-", "--results", results], api.url, ids);
    await untilHeld(api);
    child.kill("SIGINT");
    await vi.waitFor(() => expect(shown.stderr).toContain("SIGINT: waiting for 8 in flight"), { timeout: 10_000 });
    api.held.splice(0).forEach((respond) => respond());
    expect(await closed).toEqual([130, null]);
    expect(await recorded()).toHaveLength(28);
    expect(shown.stderr).toMatch(
      /stopped by SIGINT\n.*28 done, 0 failed in .*; 172 left\n.*to go on, start the same command again\n$/,
    );
    await api.close();
    const again = start(["-", "--results", results], server.url, ids);
    expect([await again.closed, (await recorded()).length]).toEqual([[0, null], 200]);
    expect(server.requests.splice(0)).toHaveLength(172);
  });

  test("by a second Ctrl-C ends at once", async () => {
    const api = await holdingServer(0);
    const { child, shown, closed } = start(["-"], api.url, ids);
    await untilHeld(api);
    child.kill("SIGINT");
    await vi.waitFor(() => expect(shown.stderr).toContain("SIGINT: waiting"), { timeout: 10_000 });
    const pressing = setInterval(() => child.kill("SIGINT"), 50);
    expect(await closed).toEqual([130, null]);
    clearInterval(pressing);
    await api.close();
    expect([shown.stdout, shown.stderr]).toEqual(["", expect.stringContaining("8 sent without a response, 192 left")]);
  });

  test("by kill -9, again and again, leaves a file that the next run goes on with", async () => {
    for (const after of [30, 50]) {
      const api = await holdingServer(after);
      const { child, closed } = start(["-", "--results", results], api.url, ids);
      await untilHeld(api);
      child.kill("SIGKILL");
      await closed;
      await api.close();
      await appendFile(results, '{"order_id":"cut o');
    }
    const { closed, shown } = start(["-", "--results", results], server.url, ids);
    expect(await closed).toEqual([0, null]);
    expect(shown.stderr).toContain("removed a last line that was cut off");
    expect(new Set(await recorded()).size).toBe(200);
    expect([(await recorded()).length, server.requests.splice(0).length]).toEqual([200, 120]);
  });

  test("because its file cannot grow keeps what is written; a second run on the file is a usage error", async () => {
    const command = `ulimit -f 8; exec "$0" "$@"`; // 4 or 8 KiB, depending on the shell.
    const limited = spawn("sh", ["-c", command, process.execPath, bin, "mark-read", "-", "--results", results], {
      env: environment(),
      stdio: ["pipe", "ignore", "pipe"],
    });
    let stderr = "";
    limited.stderr.on("data", (data) => (stderr += String(data)));
    limited.stdin.end(ids);
    expect([await once(limited, "close"), stderr]).toEqual([[3, null], expect.stringContaining("results cannot be")]);
    for (const text of await recorded()) JSON.parse(text);

    const api = await holdingServer(0);
    const first = start(["-", "--results", results], api.url, ids);
    await untilHeld(api);
    const second = start(["-", "--results", results], api.url, ids);
    expect([await second.closed, second.shown.stderr]).toEqual([
      [2, null],
      expect.stringContaining("another run uses it"),
    ]);
    first.child.kill("SIGKILL");
    await first.closed;
    await api.close();
    server.requests.splice(0);
  });
});

test("a run stops when nobody reads the results any more", async () => {
  const { child, shown, closed } = start(["-"], server.url, `${ids}\n${ids.replaceAll("order", "other")}`);
  child.stdout?.once("data", () => child.stdout?.destroy());
  expect(await closed).toEqual([3, null]);
  expect(shown.stderr).toMatch(/^instacart-chat: standard output was closed\n.* left\n$/);
  server.requests.splice(0);
});
