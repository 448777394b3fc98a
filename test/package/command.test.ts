// What only a process of its own can show, or the installed package. Other tests run the command in their own process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { closeSync, openSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { startApiServer, type ApiServer } from "../support/api-server.js";
import { runNode } from "../support/run-node.js";
import { serve } from "../support/serve.js";

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

describe("standard input that nobody writes to has no order ids, which has its own exit status", () => {
  async function runWithInput(input: number | "ignore") {
    const child = spawn(process.execPath, [bin, "mark-read", "-"], {
      env: environment(),
      stdio: [input, "pipe", "pipe"],
    });
    const shown = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) child[name]?.on("data", (data) => (shown[name] += String(data)));
    const [status] = (await once(child, "close")) as [number];
    return { status, ...shown };
  }
  const nothing = (reason: string) => ({ status: 4, stdout: "", stderr: `instacart-chat: nothing to do: ${reason}\n` });

  test("closed input", async () => {
    expect(await runWithInput("ignore")).toEqual(nothing("standard input is closed or /dev/null"));
  });

  test.skipIf(process.platform === "win32")("a folder", async () => {
    const folder = openSync(tmpdir(), "r");
    const result = await runWithInput(folder);
    closeSync(folder);
    expect(result).toEqual(nothing("standard input is a folder; expected a file or a pipe"));
  });
});

test("requests go through the proxy from the environment, except for hosts in NO_PROXY", async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on("connect", (request: IncomingMessage, socket: Duplex) => {
    tunnels.push(request.url ?? "");
    const [host, port] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [upstream, socket]) end.on("error", () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { host } = new URL(server.url);
  const env = {
    INSTACART_ACCESS_TOKEN: TOKEN,
    INSTACART_BASE_URL: server.url,
    HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
  };
  expect((await command(["mark-read", "a", "b"], env)).status).toBe(0);
  expect(new Set(tunnels.splice(0))).toEqual(new Set([host]));
  expect((await command(["mark-read", "a"], { ...env, NO_PROXY: "127.0.0.1" })).status).toBe(0);
  expect(tunnels).toEqual([]);
  proxy.close();
  proxy.closeAllConnections();
  server.requests.splice(0);
});

// Windows knows no signals: `kill` ends a process there.
test.skipIf(process.platform === "win32")(
  "a run stops on Ctrl-C once the requests in flight have finished, and at once on a second",
  async () => {
    let arrived = 0;
    const responses: (() => void)[] = [];
    const slow = await serve((_, response) => {
      arrived += 1;
      responses.push(() => response.setHeader("Content-Type", "application/json").end('{"messages_read_count":15}'));
    });
    const env = { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: slow.url };
    const begin = async () => {
      const child = spawn(process.execPath, [bin, "mark-read", "-", "--concurrency", "2"], { env, stdio: "pipe" });
      const shown = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) child[name].on("data", (data) => (shown[name] += String(data)));
      child.stdin.write("a\nb\nc\n"); // Its end is still to come.
      await vi.waitFor(() => expect(arrived).toBe(2), { timeout: 10_000 });
      const closed = once(child, "close");
      child.kill("SIGINT");
      await vi.waitFor(() => expect(shown.stderr).toContain("waiting for requests in flight"), { timeout: 10_000 });
      return { child, shown, closed };
    };

    const first = await begin();
    responses.splice(0).forEach((response) => response());
    expect(await first.closed).toEqual([130, null]);
    expect([first.shown.stdout, arrived]).toEqual([line("a") + line("b"), 2]);
    expect(first.shown.stderr).toMatch(
      /stopped by SIGINT\n.*2 done, 0 failed, the rest not read in .*\n.*resume with line 3 \(tail -n \+3\)\n/,
    );

    arrived = 0;
    const second = await begin();
    const pressing = setInterval(() => second.child.kill("SIGINT"), 50);
    expect(await second.closed).toEqual([130, null]);
    clearInterval(pressing);
    slow.close();
    expect(second.shown.stdout).toBe("");
    expect(second.shown.stderr).toMatch(/ended by SIGINT\n.*0 done, 0 failed, 2 sent without a response/);
  },
);

test("a run stops when nobody reads the results any more, and says where to resume", async () => {
  const child = spawn(process.execPath, [bin, "mark-read", "-"], { env: environment(), stdio: "pipe" });
  let stderr = "";
  child.stderr.on("data", (data) => (stderr += String(data)));
  child.stdin.on("error", () => {}); // It lets go of its input, too.
  child.stdin.write(Array.from({ length: 10_000 }, (_, index) => `order-${index}\n`).join(""));
  child.stdout.once("data", () => child.stdout.destroy());
  expect(await once(child, "close")).toEqual([3, null]);
  expect(stderr).toMatch(/^instacart-chat: standard output was closed\n.*\n.*resume with line \d+ .*\n$/);
  expect(server.requests.splice(0).length).toBeLessThan(2000);
});
