// `mark-read` with a server, in this process.
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startApiServer, type ApiServer } from "../support/api-server.js";
import { REFUSING_URL } from "../support/fault-server.js";
import { runCommand as command } from "../support/run-command.js";
import { serve } from "../support/serve.js";

vi.setConfig({ testTimeout: 30_000 }); // One waits out a rate limit, and others may use the machine.

const TOKEN = "a-very-secret-token";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ markMessagesAsRead: [{ body: { messages_read_count: 15 } }] });
});
afterAll(() => server.close());

const SUMMARY = expect.stringMatching(/^instacart-chat: 1 done, 0 failed in \d+ ms \([\d.]+\/s\)\n$/) as string;
const line = (orderId: string) => `{"order_id":"${orderId}","messages_read_count":15}\n`;

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
    expect(second?.headers["authorization"]).toMatch(/^Bearer token-\d$/);
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
    const env = { ...credentials, INSTACART_BASE_URL: server.url };
    const result = await command(["mark-read", "-", "--concurrency", "1"], env, input);
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
    command(
      ["mark-read", "-", ...args],
      { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: url },
      ids(count).join("\n"),
    );
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

    const second = await command(
      ["mark-read", "-"],
      { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: server.url },
      first.stdout,
    );
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
});

describe("several order ids", () => {
  const env = () => ({ INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: server.url });

  test("as arguments produce one line of JSON each", async () => {
    const result = await command(["mark-read", "a", "b", "c"], env());
    expect([result.status, result.stdout]).toEqual([0, line("a") + line("b") + line("c")]);
    expect(server.requests.splice(0).map(({ path }) => path.split("/")[4])).toEqual(["a", "b", "c"]);
  });

  test("as lines of standard input do, too, even a single one", async () => {
    const run = (input: string) => command(["mark-read", "-"], env(), input);
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
});
