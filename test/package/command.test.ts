import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { closeSync, openSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { startCaptureServer } from "../support/capture-server.js";
import { REFUSING_URL } from "../support/fault-server.js";
import { runNode } from "../support/run-node.js";

const bin = join(inject("consumerFolder"), "node_modules/instacart-post-checkout-chat/dist/cli.js");
const TOKEN = "a-very-secret-token";

let server: Awaited<ReturnType<typeof startCaptureServer>>;
beforeAll(async () => {
  server = await startCaptureServer();
});
afterAll(() => server.close());

const command = (args: string[], env: Record<string, string> = {}) => runNode([bin, ...args], { env });

const SUMMARY = expect.stringMatching(/^instacart-chat: 1 done, 0 failed in \d+ ms \([\d.]+\/s\)\n$/) as string;
const line = (orderId: string) => `{"order_id":"${orderId}","messages_read_count":15}\n`;

test("the command prints one line of JSON, and a summary on standard error", async () => {
  const result = await command(["mark-read", "order-123"], {
    INSTACART_ACCESS_TOKEN: TOKEN,
    INSTACART_BASE_URL: server.url,
  });
  expect(result).toEqual({ status: 0, stdout: line("order-123"), stderr: SUMMARY });
  expect(server.requests.splice(0)).toEqual([
    expect.objectContaining({
      path: "/v2/post_checkout/chat/order-123/messages",
      headers: expect.objectContaining({ authorization: `Bearer ${TOKEN}` }),
    }),
  ]);
});

test("options become parts of the request, and --base-url overrides the environment", async () => {
  const options = [
    "--base-url",
    server.url,
    "--treat-ids-as-internal",
    "--retailer-id",
    "banner-1",
    "--locale",
    "fr-CA",
  ];
  const result = await command(["mark-read", "a/b", ...options], {
    INSTACART_ACCESS_TOKEN: TOKEN,
    INSTACART_BASE_URL: "https://unused.invalid",
  });
  expect(result.status).toBe(0);
  expect(server.requests.splice(0)).toEqual([
    expect.objectContaining({
      path: "/v2/post_checkout/chat/a%2Fb/messages",
      headers: expect.objectContaining({
        "x-treat-ids-as-internal": "true",
        "x-retailer-id": "banner-1",
        "accept-language": "fr-CA",
      }),
    }),
  ]);
});

describe("with client credentials, the command requests an access token first", () => {
  const credentials = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-very-secret-secret" };
  const user = Buffer.from('{"user_id":"user-1"}').toString("base64");
  test.each<[string, Record<string, string>, object]>([
    ["for the user", { INSTACART_USER_ID: "user-1" }, { grant_type: "fulfillment_user_assertion", assertion: user }],
    ["for the client, without a user", { INSTACART_USER_ID: "" }, { grant_type: "client_credentials" }],
  ])("%s", async (_, env, grant) => {
    const result = await command(["mark-read", "order-123", "--base-url", server.url], { ...credentials, ...env });
    expect(result).toEqual({ status: 0, stdout: line("order-123"), stderr: SUMMARY });
    const [first, second, ...others] = server.requests.splice(0);
    expect(others).toEqual([]);
    expect([first?.path, JSON.parse(first?.body ?? "")]).toEqual([
      "/v2/oauth/token",
      { ...grant, client_id: "client-1", client_secret: "a-very-secret-secret", scope: "connect:post_checkout" },
    ]);
    expect(second?.headers["authorization"]).toBe("Bearer a-token-of-the-server");
  });

  test("an access token in the environment takes precedence", async () => {
    const env = { ...credentials, INSTACART_ACCESS_TOKEN: TOKEN };
    await command(["mark-read", "order-123", "--base-url", server.url], env);
    expect(server.requests.splice(0).map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${TOKEN}`]);
  });

  test("if the API rejects them, the run stops and shows no secret", async () => {
    const rejecting = await serve((request, response) => {
      request.resume();
      response.writeHead(401, { "Content-Type": "application/json" }).end('{"error":"a-very-secret-secret"}');
    });
    const result = await command(["mark-read", "a", "--base-url", rejecting.url], credentials);
    rejecting.close();
    expect([result.status, result.stdout]).toEqual([3, ""]);
    expect(result.stderr).toMatch(
      /^instacart-chat: stopped, because every other order id would fail, too: .*status 401/,
    );
    expect(result.stderr).not.toContain("a-very-secret-secret");
  });

  test("each user in the input has a separate token, and orders without a user have the run's own", async () => {
    const input = 'order_id\tuser_id\na\tu1\nb\tu2\n{"order_id":"c","user_id":"u1"}\nd\n';
    const result = await runNode([bin, "mark-read", "-", "--concurrency", "1"], {
      env: { ...credentials, INSTACART_BASE_URL: server.url },
      input,
    });
    expect(result.status).toBe(0);
    expect(
      result.stdout
        .split("\n")
        .slice(0, -1)
        .map((text) => JSON.parse(text)),
    ).toEqual([
      { order_id: "a", user_id: "u1", messages_read_count: 15 },
      { order_id: "b", user_id: "u2", messages_read_count: 15 },
      { order_id: "c", user_id: "u1", messages_read_count: 15 },
      { order_id: "d", messages_read_count: 15 },
    ]);
    expect(server.requests.splice(0).filter(({ path }) => path === "/v2/oauth/token")).toHaveLength(3);
  });
});

test("help goes to standard output, and --version prints the version", async () => {
  for (const args of [["--help"], ["-h"], ["help"]])
    expect(await command(args)).toEqual({
      status: 0,
      stdout: expect.stringContaining("Usage: instacart-chat [options] [command]"),
      stderr: "",
    });
  for (const args of [
    ["mark-read", "--help"],
    ["mark-read", "-h"],
    ["help", "mark-read"],
  ])
    expect(await command(args)).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^Usage: instacart-chat mark-read [^]*\nExit status:\n[^]*\nExamples:\n/),
      stderr: "",
    });
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(await command(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
});

test("without a command, help goes to standard error, with the exit status of a usage error", async () => {
  expect(await command([])).toEqual({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("Usage: instacart-chat"),
  });
});

describe("a usage error is one line on standard error, with exit status 2", () => {
  const env = { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: "http://127.0.0.1:1" };
  test.each<[string, string[], Record<string, string>, string]>([
    ["a misspelt command", ["markread", "a"], env, "unknown command 'markread' (Did you mean mark-read?)"],
    ["no order id", ["mark-read"], env, "missing required argument 'order-id'"],
    [
      "standard input together with an order id",
      ["mark-read", "-", "b"],
      env,
      "- reads the order ids from standard input, so no other order id is allowed",
    ],
    [
      "a number that is out of range",
      ["mark-read", "a", "--concurrency", "0"],
      env,
      "option '--concurrency <n>' argument '0' is invalid. Expected an integer from 1 to 128.",
    ],
    ["an invalid number", ["mark-read", "a", "--rate", "1e3"], env, "Expected an integer from 1 to 1000."],
    ["a duration without a unit", ["mark-read", "a", "--timeout", "5"], env, "A duration needs a unit: 5ms, 5s or 5m."],
    ["no duration at all", ["mark-read", "a", "--timeout", "0s"], env, "Expected at least 1ms."],
    ["a misspelt option", ["mark-read", "a", "--concurency", "3"], env, "(Did you mean --concurrency?)"],
    ["an unknown option", ["mark-read", "a", "--token", "x"], env, "unknown option '--token'"],
    ["an unknown locale", ["mark-read", "a", "--locale", "de-DE"], env, "Allowed choices are en-US, en-CA, fr-CA."],
    [
      "a server without TLS",
      ["mark-read", "a", "--base-url", "http://example.com"],
      env,
      "--base-url must be an https URL, or http on a loopback host or with --allow-insecure-http, without query",
    ],
    [
      "the same in the environment",
      ["mark-read", "a"],
      { ...env, INSTACART_BASE_URL: "example.com" },
      "INSTACART_BASE_URL must be an https URL",
    ],
    [
      "no token",
      ["mark-read", "a"],
      {},
      "no credentials: set INSTACART_ACCESS_TOKEN, or INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET",
    ],
    [
      "a client id alone",
      ["mark-read", "a"],
      { INSTACART_CLIENT_ID: "client-1" },
      "INSTACART_CLIENT_SECRET is missing; the other one is set",
    ],
    [
      "a token that cannot be sent",
      ["mark-read", "a"],
      { INSTACART_ACCESS_TOKEN: `Bearer ${TOKEN}` },
      "INSTACART_ACCESS_TOKEN must be the access token, as printable ASCII characters",
    ],
  ])("%s", async (_, args, environment, message) => {
    const { status, stdout, stderr } = await command(args, environment);
    expect({ status, stdout, lines: stderr.split("\n").length }).toEqual({ status: 2, stdout: "", lines: 2 });
    expect(stderr).toMatch(/^instacart-chat: /);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(TOKEN);
  });

  test.each([
    ["quoted CSV", Buffer.from('"a","u"\n'), "standard input is CSV"],
    ["UTF-16", Buffer.from("\uFEFFa\r\n", "utf16le"), "standard input is UTF-16"],
    ["binary data", Buffer.from([0x1f, 0x8b, 8, 0, 0]), "standard input is binary data"],
  ])("input that is %s", async (_, input, message) => {
    const result = await runWithInput(input, env);
    expect({ ...result, stderr: result.stderr.split(";")[0] }).toEqual({
      status: 2,
      stdout: "",
      stderr: `instacart-chat: ${message}${message.endsWith("UTF-16") ? ", as PowerShell writes it" : ""}`,
    });
  });
});

/** Runs `mark-read -` with what the shell would make of standard input: bytes, a file, a folder. */
async function runWithInput(input: Uint8Array | number | "ignore", env: Record<string, string>, args: string[] = []) {
  const isPiped = input instanceof Uint8Array;
  const child = spawn(process.execPath, [bin, "mark-read", "-", ...args], {
    env,
    stdio: [isPiped ? "pipe" : input, "pipe", "pipe"],
  });
  if (isPiped) child.stdin?.end(input);
  const shown = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name]?.on("data", (data) => (shown[name] += String(data)));
  const [status] = (await once(child, "close")) as [number];
  return { status, ...shown };
}

describe("input without an order id has its own exit status", () => {
  const env = { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: "http://127.0.0.1:1" };
  const nothing = (reason: string) => ({ status: 4, stdout: "", stderr: `instacart-chat: nothing to do: ${reason}\n` });

  test("empty input", async () => {
    expect(await runWithInput(Buffer.alloc(0), env)).toEqual(nothing("standard input has no order ids"));
    expect(await runWithInput(Buffer.from("order_id\n\n"), env)).toEqual(nothing("standard input has no order ids"));
  });

  test("closed input", async () => {
    expect(await runWithInput("ignore", env)).toEqual(nothing("standard input is closed or /dev/null"));
  });

  test.skipIf(process.platform === "win32")("a folder", async () => {
    const folder = openSync(tmpdir(), "r");
    const result = await runWithInput(folder, env);
    closeSync(folder);
    expect(result).toEqual(nothing("standard input is a folder; expected a file or a pipe"));
  });
});

test("--dry-run reads, checks and counts without sending", async () => {
  const input = Buffer.from(`a\tu1\n..\n${line("b")}"c"\nd\tu1\n`);
  const env = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "s", INSTACART_BASE_URL: server.url };
  expect(await runWithInput(input, env, ["--dry-run"])).toEqual({
    status: 1,
    stdout: "",
    stderr: [
      'instacart-chat: line 2: order_id must not be empty, white space only, "." or ".."',
      "instacart-chat: line 4: the line begins with a quotation mark; write order ids without quotes",
      "instacart-chat: would send 2 (1 users), 2 invalid, 1 already done; nothing was sent",
      "",
    ].join("\n"),
  });
  expect(server.requests).toEqual([]);
});

test("text from the API cannot mislead a terminal", async () => {
  const failing = await serve((_, response) =>
    response
      .writeHead(404, { "Content-Type": "application/json" })
      .end('{"error":{"message":"not\\n\\u001b[31mfound\\u202e","code":4000}}'),
  );
  const result = await command(["mark-read", "a\u202e", "--base-url", failing.url], { INSTACART_ACCESS_TOKEN: TOKEN });
  failing.close();
  expect(result.status).toBe(1);
  expect(result.stderr).not.toMatch(/[\u001b\u202e]/);
  expect(result.stdout).not.toMatch(/[\u001b\u202e]/);
});

test("the command waits for an unreachable server for as long as --max-outage allows", async () => {
  const env = { INSTACART_ACCESS_TOKEN: TOKEN };
  const result = await command(["mark-read", "a", "--base-url", REFUSING_URL, "--max-outage", "300ms"], env);
  expect([result.status, result.stdout]).toEqual([3, ""]);
  expect(result.stderr).toMatch(
    /^instacart-chat: stopped, because the API has failed for \d+ ms: The network failed: connect ECONNREFUSED 127.0.0.1:2\n.*1 left.*\n.*resume with order id 1\n$/,
  );
});

test("a response that takes longer than --timeout counts as a failure of the API, and the order is sent again", async () => {
  let requests = 0;
  const slow = await serve((_, response) => {
    requests += 1;
    if (requests > 1) response.setHeader("Content-Type", "application/json").end('{"messages_read_count":0}');
  });
  const env = { INSTACART_ACCESS_TOKEN: TOKEN };
  const result = await command(["mark-read", "a", "--base-url", slow.url, "--timeout", "300ms"], env);
  slow.close();
  expect([result.status, result.stdout]).toEqual([
    0,
    '{"order_id":"a","messages_read_count":0,"attempts":2,"is_lower_bound":true}\n',
  ]);
});

describe("many order ids", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `order-${index + 1}`);
  const markMany = (url: string, count: number, args: string[] = []) =>
    runNode([bin, "mark-read", "-", ...args], {
      env: { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: url },
      input: ids(count).join("\n"),
    });
  const succeed = (response: ServerResponse) =>
    response.setHeader("Content-Type", "application/json").end('{"messages_read_count":15}');

  test("survive a rate limit and an outage without loss, a poison id fails alone, and the results can be used as input", async () => {
    const startedAt = performance.now();
    let isDown = 0;
    const api = await serve((request, response) => {
      const at = performance.now() - startedAt;
      if (at > 700 && at < 2700) {
        isDown += 1;
        request.socket.destroy();
      } else if (request.url?.includes("/order-100/")) response.writeHead(500).end();
      else setTimeout(() => succeed(response), 10);
    });
    const first = await markMany(api.url, 400, ["--rate", "300"]);
    expect([first.status, isDown > 0, isDown < 20]).toEqual([1, true, true]);
    const lines = first.stdout.split("\n").slice(0, -1);
    const results = lines.map((text) => JSON.parse(text) as { order_id: string; error?: object; attempts?: number });
    expect(results.map(({ order_id }) => order_id)).toEqual(ids(400));
    expect(results.filter(({ error }) => error)).toMatchObject([{ order_id: "order-100", attempts: 3 }]);
    expect(first.stderr).toMatch(
      /instacart-chat: 399 done .*1 failed in .*\n.*1 × ApiError, status 500, such as order-100:/,
    );
    api.close();

    const second = await runWithInput(Buffer.from(first.stdout), {
      INSTACART_ACCESS_TOKEN: TOKEN,
      INSTACART_BASE_URL: server.url,
    });
    expect(second.stdout).toBe(
      '{"order_id":"order-100","messages_read_count":15,"attempts":4,"is_lower_bound":true}\n',
    );
    expect(server.requests.splice(0)).toHaveLength(1);
  });

  test("are sent at --rate, without bursts", async () => {
    const times: number[] = [];
    const api = await serve((_, response) => {
      times.push(performance.now());
      succeed(response);
    });
    const { status } = await markMany(api.url, 40, ["--rate", "20"]);
    api.close();
    const duration = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect([status, times.length]).toEqual([0, 40]);
    expect(duration).toBeGreaterThan(1500); // The first request may be late, the others are not early.
  });

  test("stop after --max-failures", async () => {
    const api = await serve((_, response) => response.writeHead(404).end());
    const { status, stderr } = await markMany(api.url, 100, ["--max-failures", "10", "--concurrency", "1"]);
    api.close();
    expect(status).toBe(3);
    expect(stderr).toContain("stopped after 10 failures (--max-failures)\n");
    expect(stderr).toContain("resume with line 11 (tail -n +11)\n");
  });

  test("go through the proxy from the environment, except for hosts in NO_PROXY", async () => {
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
});

describe("several order ids", () => {
  const env = () => ({ INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: server.url });

  test("as arguments produce one line of JSON each", async () => {
    const result = await command(["mark-read", "a", "b", "c"], env());
    expect([result.status, result.stdout]).toEqual([0, line("a") + line("b") + line("c")]);
    expect(server.requests.splice(0).map(({ path }) => path.split("/")[4])).toEqual(["a", "b", "c"]);
  });

  test("as lines of standard input do, too, even a single one", async () => {
    const run = (input: string) => runNode([bin, "mark-read", "-"], { env: env(), input });
    expect(await run("a\r\n\n b")).toMatchObject({ status: 0, stdout: line("a") + line("b") });
    expect(await run("a\n")).toMatchObject({ status: 0, stdout: line("a") });
    server.requests.splice(0);
  });

  test("share one access token", async () => {
    const credentials = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-very-secret-secret" };
    const ids = Array.from({ length: 20 }, (_, index) => `order-${index}`);
    const { status } = await command(["mark-read", ...ids, "--base-url", server.url], credentials);
    expect(status).toBe(0);
    expect(server.requests.splice(0).filter(({ path }) => path === "/v2/oauth/token")).toHaveLength(1);
  });

  test("end with exit status 1 if some fail, and no secret is shown", async () => {
    const failing = await serve((request, response) =>
      response
        .writeHead(request.url?.includes("/bad/") ? 404 : 200, { "Content-Type": "application/json" })
        .end(request.url?.includes("/bad/") ? `{"error":{"message":"${TOKEN}"}}` : '{"messages_read_count":15}'),
    );
    const result = await command(["mark-read", "a", "bad", "", "b", "--base-url", failing.url], {
      INSTACART_ACCESS_TOKEN: TOKEN,
    });
    failing.close();
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/^instacart-chat: 2 done, 2 failed in /);
    expect(result.stdout.split("\n").map((text) => text.slice(0, 26))).toEqual([
      '{"order_id":"a","messages_',
      '{"order_id":"bad","error":',
      '{"order_id":"","error":{"n',
      '{"order_id":"b","messages_',
      "",
    ]);
    expect(result.stdout).not.toContain(TOKEN);
  });

  // Windows knows no signals: `kill` ends a process there.
  test.skipIf(process.platform === "win32")(
    "stop on Ctrl-C once they have finished, and at once on a second",
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
        for (const name of ["stdout", "stderr"] as const)
          child[name].on("data", (data) => (shown[name] += String(data)));
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

  test("stop when nobody reads the results any more, and say where to resume", async () => {
    const child = spawn(process.execPath, [bin, "mark-read", "-"], { env: env(), stdio: "pipe" });
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += String(data)));
    child.stdin.on("error", () => {}); // It lets go of its input, too.
    child.stdin.write(Array.from({ length: 10_000 }, (_, index) => `order-${index}\n`).join(""));
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await once(child, "close")).toEqual([3, null]);
    expect(stderr).toMatch(/^instacart-chat: standard output was closed\n.*\n.*resume with line \d+ .*\n$/);
    expect(server.requests.splice(0).length).toBeLessThan(2000);
  });
});

async function serve(listener: RequestListener): Promise<{ url: string; close: () => void }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
