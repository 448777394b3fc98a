// `mark-read` with a server, in this process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startApiServer, type ApiServer } from "../support/api-server.js";
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
    expect(result.stderr).toMatch(/^instacart-chat: stopped, because waiting cannot help: .*status 401/);
    expect(result.stderr).not.toContain("a-very-secret-secret");
  });

  test("each user in the input has a separate token, and orders without a user have the run's own", async () => {
    const input = 'user_id\torder_id\nu1\ta\nu2\tb\n{"order_id":"c","user_id":"u1"}\n\td\n';
    const env = { ...credentials, INSTACART_BASE_URL: server.url };
    const result = await command(["mark-read", "-", "--concurrency", "1"], env, input);
    expect(result.status).toBe(0);
    expect(
      result.stdout
        .split("\n")
        .slice(0, -1)
        .toSorted()
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

const env = (url: string) => ({ INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: url });
const ids = (count: number) => Array.from({ length: count }, (_, index) => `order-${index + 1}`);
const succeed = (response: ServerResponse) =>
  response.setHeader("Content-Type", "application/json").end('{"messages_read_count":15}');
const reject = (response: ServerResponse, status: number, error: object) =>
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ error }));

test("text of the API and ids can mislead neither a terminal nor a CI system, and keep their values", async () => {
  const message = "not\n\u001b[31mfound\u202e ##vso[task.complete] ::error::x";
  const api = await serve((_, response) => reject(response, 404, { message, code: 4000 }));
  const { status, stdout, stderr } = await command(["mark-read", "##[error]x", "::debug::y"], env(api.url));
  api.close();
  expect(status).toBe(1);
  expect(stdout + stderr).not.toMatch(/[\u001b\u202e]|##|::[a-z]/);
  const [first] = stdout.split("\n").map((text) => (text ? (JSON.parse(text) as object) : undefined));
  expect(first).toMatchObject({ order_id: "##[error]x", error: { name: "ApiError", httpStatus: 404, code: 4000 } });
  expect(stderr).toMatch(/instacart-chat: 0 done, 2 failed in .*\n.* 2 × ApiError, status 404, code 4000, such as #/);
});

test("a server cannot make the summary longer", async () => {
  let code = 0;
  const api = await serve((_, response) => reject(response, 400, { message: "no", code: (code += 1) }));
  const { stderr } = await command(["mark-read", ...ids(50)], env(api.url));
  api.close();
  expect(stderr.trim().split("\n")).toHaveLength(11);
  expect(stderr).toContain("41 × other kinds, such as ");
});

test("a response that takes longer than --timeout is a failure, and the order is sent again", async () => {
  let requests = 0;
  const api = await serve((_, response) => {
    requests += 1;
    if (requests > 1) response.setHeader("Content-Type", "application/json").end('{"messages_read_count":0}');
  });
  const result = await command(["mark-read", "a", "--timeout", "300ms"], env(api.url));
  api.close();
  expect([result.status, result.stdout]).toEqual([
    0,
    '{"order_id":"a","messages_read_count":0,"attempts":2,"is_lower_bound":true}\n',
  ]);
});

test("an outage that lasts longer than --max-outage stops the run; its waits are told, unless with --quiet", async () => {
  const api = await serve((_, response) => response.writeHead(503, { "Retry-After": "0" }).end());
  const run = (...options: string[]) =>
    command(["mark-read", "-", "--max-outage", "100ms", ...options], env(api.url), ids(100).join("\n"));
  const { status, stdout, stderr } = await run();
  const quiet = await run("--quiet");
  api.close();
  expect([status, stdout, quiet.status]).toEqual([3, "", 3]);
  const wait = "instacart-chat: the API fails \\(The API returned status 503.*\\); next trial in 1 s\\n";
  const stop =
    "instacart-chat: stopped, because the API has failed for \\d+ ms: The API returned status 503.*\\n.* 0 done, 0 failed in .*; 100 left\\n";
  expect(stderr).toMatch(new RegExp(`^${wait}${stop}$`));
  expect(quiet.stderr).toMatch(new RegExp(`^${stop}$`));
});

test("with --quiet, a run without failures says nothing", async () => {
  expect(await command(["mark-read", "a", "--quiet"], env(server.url))).toMatchObject({ status: 0, stderr: "" });
  server.requests.splice(0);
});

test("a failed line of the input has a result with its line, and the others are sent", async () => {
  const { status, stdout, stderr } = await command(["mark-read", "-"], env(server.url), "a\nb\u200b\n");
  expect(status).toBe(1);
  expect(stdout).toBe(
    `{"order_id":"b\\u200b","line":2,"error":{"name":"LineError","message":"order_id must not contain U+200B (an invisible or control character, or a lone surrogate)"}}\n${line("a")}`,
  );
  expect(stderr).toContain("1 done, 1 failed in ");
  server.requests.splice(0);
});

test("--max-failures stops the run", async () => {
  const api = await serve((_, response) => reject(response, 404, { message: "no", code: 4000 }));
  const run = (...options: string[]) =>
    command(["mark-read", "-", "--concurrency", "1", ...options], env(api.url), ids(20).join("\n"));
  const [ten, one] = [await run("--max-failures", "10"), await run("--max-failures", "1")];
  api.close();
  expect([ten.status, one.status]).toEqual([3, 3]);
  expect(ten.stderr).toMatch(/stopped after 10 failures \(--max-failures\)\n.*0 done, 10 failed in .*; 10 left\n/);
  expect(one.stderr).toContain("stopped after 1 failure (--max-failures)\n");
});

describe("a file of results", () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "results-"))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("makes the same command go on: failed orders come last, done ones are not sent again", async () => {
    const results = join(folder, "go-on.jsonl");
    const orders = join(folder, "orders.txt");
    writeFileSync(orders, ids(20).join("\n"));
    let isWell = false;
    const sent: string[] = [];
    const api = await serve((request, response) => {
      const id = request.url?.split("/")[4] ?? "";
      sent.push(id);
      if (isWell || Number(id.slice(6)) > 5) succeed(response);
      else if (id === "order-2") response.writeHead(500).end();
      else reject(response, 404, { message: "no", code: 4000 });
    });
    const run = () =>
      command(["mark-read", "--orders", orders, "--results", results, "--max-attempts", "1"], env(api.url));
    const first = await run();
    expect([first.status, first.stdout, sent.splice(0).length]).toEqual([1, "", 20]);
    isWell = true;
    writeFileSync(orders, `order-0\n${ids(20).join("\n")}\norder-21`);
    const second = await run();
    expect([second.status, sent.splice(0)]).toEqual([0, ["order-0", "order-21", ...ids(5)]]);
    expect(second.stderr).toMatch(/7 done \(1 with a count that is a lower bound\), 0 failed in .*; 15 done before\n$/);
    const third = await run();
    api.close();
    expect([third.status, third.stderr]).toEqual([0, "instacart-chat: nothing to do: 22 already done, none left\n"]);
    expect(readFileSync(results, "utf8").match(/"order-2",.*is_lower_bound/)).not.toBeNull();
  });

  test("without --results, saved output serves later", async () => {
    const results = join(folder, "saved.jsonl");
    writeFileSync(results, (await command(["mark-read", "a", "b"], env(server.url))).stdout);
    const { status } = await command(["mark-read", "a", "b", "c", "--results", results], env(server.url));
    expect([status, readFileSync(results, "utf8").trim().split("\n").length]).toEqual([0, 3]);
    expect(server.requests.splice(0)).toHaveLength(3);
  });
});

test("several orders share one access token", async () => {
  const credentials = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-very-secret-secret" };
  const { status } = await command(["mark-read", ...ids(20), "--base-url", server.url], credentials);
  expect(status).toBe(0);
  expect(server.requests.splice(0).filter(({ path }) => path === "/v2/oauth/token")).toHaveLength(1);
});

test("no secret is shown if the API echoes it", async () => {
  const api = await serve((_, response) => reject(response, 404, { message: TOKEN }));
  const result = await command(["mark-read", "a"], env(api.url));
  api.close();
  expect(result.stdout + result.stderr).not.toContain(TOKEN);
});

test("a terminal shows a bar, and other output a line a minute", async () => {
  const { stderr } = await command(["mark-read", "a"], { ...env(server.url), NO_COLOR: "1" }, undefined, {
    isTTY: true,
  });
  expect(stderr).toMatch(
    /^\r\[-+\] 0 done, 0 failed of 1\u001b\[K[^]*\r\u001b\[Kinstacart-chat: 1 done, 0 failed in .*\n$/,
  );
  server.requests.splice(0);
});
