import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { root } from "../../scripts/shared/paths.js";
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

const line = (orderId: string) => `{"order_id":"${orderId}","messages_read_count":15}\n`;

test("it prints the body of the answer as JSON", async () => {
  const result = await command(["mark-read", "order-123"], {
    INSTACART_ACCESS_TOKEN: TOKEN,
    INSTACART_BASE_URL: server.url,
  });
  expect(result).toEqual({ status: 0, stdout: '{"messages_read_count":15}\n', stderr: "" });
  expect(server.requests.splice(0)).toEqual([
    expect.objectContaining({
      path: "/v2/post_checkout/chat/order-123/messages",
      headers: expect.objectContaining({ authorization: `Bearer ${TOKEN}` }),
    }),
  ]);
});

test("its options become the parts of the request, and --base-url wins over the environment", async () => {
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

describe("with client credentials in place of an access token, it gets one first", () => {
  const credentials = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-very-secret-secret" };
  const user = Buffer.from('{"user_id":"user-1"}').toString("base64");
  test.each<[string, Record<string, string>, object]>([
    ["for the user", { INSTACART_USER_ID: "user-1" }, { grant_type: "fulfillment_user_assertion", assertion: user }],
    ["for the client, without a user", { INSTACART_USER_ID: "" }, { grant_type: "client_credentials" }],
  ])("%s", async (_, env, grant) => {
    const result = await command(["mark-read", "order-123", "--base-url", server.url], { ...credentials, ...env });
    expect(result).toEqual({ status: 0, stdout: '{"messages_read_count":15}\n', stderr: "" });
    const [first, second, ...others] = server.requests.splice(0);
    expect(others).toEqual([]);
    expect([first?.path, JSON.parse(first?.body ?? "")]).toEqual([
      "/v2/oauth/token",
      { ...grant, client_id: "client-1", client_secret: "a-very-secret-secret", scope: "connect:post_checkout" },
    ]);
    expect(second?.headers["authorization"]).toBe("Bearer a-token-of-the-server");
  });

  test("an access token in the environment is taken first", async () => {
    const env = { ...credentials, INSTACART_ACCESS_TOKEN: TOKEN };
    await command(["mark-read", "order-123", "--base-url", server.url], env);
    expect(server.requests.splice(0).map(({ headers }) => headers["authorization"])).toEqual([`Bearer ${TOKEN}`]);
  });

  test("which fails in one line, without the secret", async () => {
    const env = { ...credentials, INSTACART_USER_ID: "user-1" };
    const result = await command(["mark-read", "a", "--base-url", REFUSING_URL], env);
    expect(result).toEqual({
      status: 1,
      stdout: "",
      stderr: "instacart-chat: There is no access token: The network failed: connect ECONNREFUSED 127.0.0.1:2\n",
    });
  });
});

test("--help explains it, --version prints the version", async () => {
  expect(await command(["--help"])).toEqual({
    status: 0,
    stdout: expect.stringContaining("Usage: instacart-chat mark-read <order-id>"),
    stderr: "",
  });
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(await command(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
});

describe("wrong usage is one line on standard error and status 2", () => {
  const env = { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: "http://127.0.0.1:1" };
  test.each<[string, string[], Record<string, string>, string]>([
    ["no command", [], env, "a command is missing; the command is mark-read, see --help"],
    ["a wrong command", ["markread", "a"], env, "markread is not a command; the command is mark-read, see --help"],
    ["no order id", ["mark-read"], env, "the order id is missing: instacart-chat mark-read <order-id>"],
    [
      "standard input beside an order id",
      ["mark-read", "-", "b"],
      env,
      "- reads the order ids from standard input, so there can be no other order id beside it",
    ],
    [
      "a wrong number at once",
      ["mark-read", "a", "b", "--concurrency", "0"],
      env,
      '--concurrency must be an integer from 1 to 128, but is "0"',
    ],
    ["a wrong locale for several", ["mark-read", "a", "b", "--locale", "de-DE"], env, "locale must be one of en-US"],
    ["an empty order id", ["mark-read", ""], env, "orderId must not be empty or white space only"],
    [
      "an order id that names another path",
      ["mark-read", ".."],
      env,
      'orderId must not be "..", which names another path',
    ],
    ["an unknown option", ["mark-read", "a", "--token", "x"], env, "Unknown option '--token'"],
    ["a wrong locale", ["mark-read", "a", "--locale", "de-DE"], env, "locale must be one of en-US, en-CA, fr-CA"],
    [
      "a wrong server",
      ["mark-read", "a", "--base-url", "http://example.com"],
      env,
      "baseUrl must be an https URL, or http on a loopback host",
    ],
    [
      "no token",
      ["mark-read", "a"],
      {},
      "the environment variable INSTACART_ACCESS_TOKEN is missing; set it to the access token, or set INSTACART_CLIENT_ID, INSTACART_CLIENT_SECRET and INSTACART_USER_ID",
    ],
    [
      "a client id alone",
      ["mark-read", "a"],
      { INSTACART_CLIENT_ID: "client-1" },
      "the environment variable INSTACART_CLIENT_SECRET is missing; the other one is set",
    ],
    [
      "a client secret alone",
      ["mark-read", "a"],
      { INSTACART_CLIENT_SECRET: TOKEN },
      "the environment variable INSTACART_CLIENT_ID is missing; the other one is set",
    ],
    [
      "a token that cannot be sent",
      ["mark-read", "a"],
      { INSTACART_ACCESS_TOKEN: `Bearer ${TOKEN}` },
      "accessToken must be the access token, as printable ASCII characters without spaces (and without Bearer)",
    ],
  ])("%s", async (_, args, environment, message) => {
    const { status, stdout, stderr } = await command(args, environment);
    expect({ status, stdout, lines: stderr.split("\n").length }).toEqual({ status: 2, stdout: "", lines: 2 });
    expect(stderr).toContain(`instacart-chat: ${message}`);
    expect(stderr).not.toContain(TOKEN);
  });
});

describe("a failed call is one line on standard error and status 1", () => {
  test("an error of the API, whatever its message does to terminals", async () => {
    const failing = await serve((_, response) =>
      response
        .writeHead(404, { "Content-Type": "application/json" })
        .end('{"error":{"message":"not\\n\\u001b[31mfound","code":4000}}'),
    );
    const result = await command(["mark-read", "a", "--base-url", failing.url], { INSTACART_ACCESS_TOKEN: TOKEN });
    failing.close();
    expect(result).toEqual({
      status: 1,
      stdout: "",
      stderr: "instacart-chat: The API answered with status 404: not [31mfound (code 4000)\n",
    });
  });

  test("a server that is not there", async () => {
    const result = await command(["mark-read", "a", "--base-url", REFUSING_URL], {
      INSTACART_ACCESS_TOKEN: TOKEN,
    });
    expect(result).toEqual({
      status: 1,
      stdout: "",
      stderr: `instacart-chat: The network failed: connect ECONNREFUSED 127.0.0.1:2\n`,
    });
  });
});

describe("several order ids", () => {
  const env = () => ({ INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: server.url });

  test("as arguments are a line of JSON each", async () => {
    const result = await command(["mark-read", "a", "b", "c"], env());
    expect(result).toEqual({ status: 0, stdout: line("a") + line("b") + line("c"), stderr: "" });
    expect(server.requests.splice(0).map(({ path }) => path.split("/")[4])).toEqual(["a", "b", "c"]);
  });

  test("as lines of standard input too, also a single one", async () => {
    const run = (input: string) => runNode([bin, "mark-read", "-"], { env: env(), input });
    expect(await run("a\r\n\n b")).toEqual({ status: 0, stdout: line("a") + line("b"), stderr: "" });
    expect(await run("a\n")).toEqual({ status: 0, stdout: line("a"), stderr: "" });
    expect(await run("")).toEqual({ status: 0, stdout: "", stderr: "" });
    server.requests.splice(0);
  });

  test("share one access token", async () => {
    const credentials = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-very-secret-secret" };
    const ids = Array.from({ length: 20 }, (_, index) => `order-${index}`);
    const { status } = await command(["mark-read", ...ids, "--base-url", server.url], credentials);
    expect(status).toBe(0);
    expect(server.requests.splice(0).filter(({ path }) => path === "/v2/oauth/token")).toHaveLength(1);
  });

  test("of which some fail are status 1, and no secret is shown", async () => {
    const failing = await serve((request, response) =>
      response
        .writeHead(request.url?.includes("/bad/") ? 404 : 200, { "Content-Type": "application/json" })
        .end(request.url?.includes("/bad/") ? `{"error":{"message":"${TOKEN}"}}` : '{"messages_read_count":15}'),
    );
    const result = await command(["mark-read", "a", "bad", "", "b", "--base-url", failing.url], {
      INSTACART_ACCESS_TOKEN: TOKEN,
    });
    failing.close();
    expect([result.status, result.stderr]).toEqual([1, "instacart-chat: 2 done, 2 failed\n"]);
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
  test.skipIf(process.platform === "win32")("are told from when Ctrl-C is pressed, once and twice", async () => {
    let arrived = 0;
    const answers: (() => void)[] = [];
    const slow = await serve((_, response) => {
      arrived += 1;
      answers.push(() => response.setHeader("Content-Type", "application/json").end('{"messages_read_count":15}'));
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
      await vi.waitFor(() => expect(shown.stderr).toContain("waiting for what is under way"), { timeout: 10_000 });
      return { child, shown, closed };
    };

    const first = await begin();
    answers.splice(0).forEach((answer) => answer());
    expect(await first.closed).toEqual([130, null]);
    expect([first.shown.stdout, arrived]).toEqual([line("a") + line("b"), 2]);
    expect(first.shown.stderr).toContain(
      "stopped by SIGINT: 2 done, 0 failed, what else there is not sent; go on with line 3\n",
    );

    arrived = 0;
    const second = await begin();
    const pressing = setInterval(() => second.child.kill("SIGINT"), 50);
    expect(await second.closed).toEqual([130, null]);
    clearInterval(pressing);
    slow.close();
    expect(second.shown.stdout).toBe("");
    expect(second.shown.stderr).toContain("ended by SIGINT: 0 done, 0 failed, 2 sent without a result");
  });

  test("end when nobody reads the results any more, say where to go on, and no more are sent", async () => {
    const child = spawn(process.execPath, [bin, "mark-read", "-"], { env: env(), stdio: "pipe" });
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += String(data)));
    child.stdin.on("error", () => {}); // It lets go of its input, too.
    child.stdin.write(Array.from({ length: 10_000 }, (_, index) => `order-${index}\n`).join(""));
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await once(child, "close")).toEqual([1, null]);
    expect(stderr).toMatch(/^instacart-chat: standard output was closed: .*; go on with line \d+\n$/);
    expect(server.requests.splice(0).length).toBeLessThan(2000);
  });

  test("take no more memory the more they are, also when a slow first one has held back the results", async () => {
    const IDS = 20_000; // So many that what V8 compiles in between, or lets go of, is little beside what is kept of each.
    const MAX_BYTES_PER_ID = 100;
    let release = () => {};
    let requests = 0;
    let sentAhead = 0;
    const slowFirst = await serve((request, response) => {
      const answer = () => response.setHeader("Content-Type", "application/json").end('{"messages_read_count":15}');
      requests += 1;
      if (request.url?.includes("order-0/")) release = answer;
      else answer();
      if (requests !== 1000) return; // No more may be sent before the first has its answer.
      setTimeout(() => {
        sentAhead = requests;
        release();
      }, 200);
    });
    // Notes the heap after each tenth of the results.
    const watch = `data:text/javascript,${encodeURIComponent(`
      const { stdout, stderr } = process;
      const write = stdout.write;
      const heap = [];
      let results = 0;
      stdout.write = (...args) => {
        results += 1;
        if (results % ${IDS / 10} === 0) { gc(); heap.push(process.memoryUsage().heapUsed); }
        return write.apply(stdout, args);
      };
      process.on("exit", () => stderr.write(JSON.stringify(heap)));
    `)}`;
    const ids = Array.from({ length: IDS }, (_, index) => `order-${index}`);
    const { status, stdout, stderr } = await runNode(
      ["--expose-gc", "--import", watch, bin, "mark-read", "-", "--concurrency", "16"],
      { env: { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: slowFirst.url }, input: ids.join("\n") },
    );
    slowFirst.close();
    expect([status, stdout, requests, sentAhead]).toEqual([0, ids.map(line).join(""), IDS, 1000]);
    // The least of each half, since some of what is garbage, and of V8's compiled code, is there at one time and not at another.
    const heap = JSON.parse(stderr) as number[];
    expect(heap).toHaveLength(10);
    expect(Math.min(...heap.slice(5)) - Math.min(...heap.slice(0, 5))).toBeLessThan((MAX_BYTES_PER_ID * IDS) / 2);
  }, 120_000);
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
