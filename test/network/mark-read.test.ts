// `mark-read` with a server, in this process.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { startApiServer, type ApiServer, type Script } from "../support/api-server.js";
import { runCommand as command } from "../support/run-command.js";

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
  const result = await command(["mark-read", "a/b", ...options], env("https://unused.invalid"));
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
    const url = await start({ generateAccessToken: [{ status: 401, body: { error: "a-very-secret-secret" } }] });
    const result = await command(["mark-read", "a", "--base-url", url], credentials);
    expect([result.status, result.stdout]).toEqual([3, ""]);
    expect(result.stderr).toMatch(/^instacart-chat: stopped, because waiting cannot help: .*status 401/);
    expect(result.stderr).not.toContain("a-very-secret-secret");
  });

  test("each user in the input has a separate token, and orders without a user have the run's own", async () => {
    const input = 'user_id\torder_id\nu1\ta\nu2\tb\n{"order_id":"c","user_id":"u1"}\n\td\n';
    const env = { ...credentials, INSTACART_BASE_URL: server.url };
    const result = await command(["mark-read", "-", "--concurrency", "1"], env, input);
    expect(result.status).toBe(0);
    expect(linesOf(result.stdout.split("\n").toSorted().join("\n"))).toEqual([
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
const rejection = (message: string, code = 4000) => ({ status: 404, body: { error: { message, code } } });
const linesOf = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Starts an API of the test's own, and returns its URL. */
async function start(scripts: Record<string, Script>): Promise<string> {
  const api = await startApiServer(scripts);
  onTestFinished(api.close);
  return api.url;
}

test("text of the API and ids can mislead neither a terminal nor a CI system, and keep their values", async () => {
  const message = "not\n\u001b[31mfound\u202e ##vso[task.complete] ::error::x";
  const url = await start({ markMessagesAsRead: [rejection(message)] });
  const { status, stdout, stderr } = await command(["mark-read", "##[error]x", "::debug::y"], env(url));
  expect(status).toBe(1);
  expect(stdout + stderr).not.toMatch(/[\u001b\u202e]|##|::[a-z]/);
  const error = { name: "ApiError", httpStatus: 404, code: 4000 };
  expect(linesOf(stdout)[0]).toMatchObject({ order_id: "##[error]x", error });
  expect(stderr).toMatch(/instacart-chat: 0 done, 2 failed in .*\n.* 2 × ApiError, status 404, code 4000, such as #/);
});

test("a server cannot make the summary longer", async () => {
  let code = 0;
  const url = await start({ markMessagesAsRead: () => rejection("no", (code += 1)) });
  const { stderr } = await command(["mark-read", ...ids(50)], env(url));
  expect(stderr.trim().split("\n")).toHaveLength(11);
  expect(stderr).toContain("41 × other kinds, such as ");
});

test("a response that takes longer than --timeout is a failure, and the order is sent again", async () => {
  const success = { body: { messages_read_count: 0 } };
  const url = await start({ markMessagesAsRead: [{ ...success, delayMs: 60_000 }, success] });
  const { status, stdout } = await command(["mark-read", "a", "--timeout", "300ms"], env(url));
  expect([status, ...linesOf(stdout)]).toEqual([
    0,
    { order_id: "a", messages_read_count: 0, attempts: 2, is_lower_bound: true },
  ]);
});

test("an outage that lasts longer than --max-outage stops the run; its waits are told, unless with --quiet", async () => {
  const url = await start({ markMessagesAsRead: [{ status: 503, headers: { "Retry-After": "0" } }] });
  const run = (...options: string[]) =>
    command(["mark-read", "-", "--max-outage", "100ms", ...options], env(url), ids(100).join("\n"));
  const { status, stdout, stderr } = await run();
  const quiet = await run("--quiet");
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
  const url = await start({ markMessagesAsRead: [rejection("no")] });
  const run = (most: string) =>
    command(["mark-read", "-", "--concurrency", "1", "--max-failures", most], env(url), ids(20).join("\n"));
  const [ten, one] = [await run("10"), await run("1")];
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
    const url = await start({
      markMessagesAsRead({ params: { order_id: id = "" } }, _, next) {
        sent.push(id);
        if (isWell || Number(id.slice(6)) > 5) return next();
        return id === "order-2" ? { status: 500 } : rejection("no");
      },
    });
    const run = () => command(["mark-read", "--orders", orders, "--results", results, "--max-attempts", "1"], env(url));
    const first = await run();
    expect([first.status, first.stdout, sent.splice(0).length]).toEqual([1, "", 20]);
    isWell = true;
    writeFileSync(orders, `order-0\n${ids(20).join("\n")}\norder-21`);
    const second = await run();
    expect([second.status, sent.splice(0)]).toEqual([0, ["order-0", "order-21", ...ids(5)]]);
    expect(second.stderr).toMatch(/7 done \(1 with a count that is a lower bound\), 0 failed in .*; 15 done before\n$/);
    const third = await run();
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
  const url = await start({ markMessagesAsRead: [rejection(TOKEN)] });
  const result = await command(["mark-read", "a"], env(url));
  expect(result.stdout + result.stderr).not.toContain(TOKEN);
});

test("a terminal shows a bar, and other output a line a minute", async () => {
  const withoutColor = { ...env(server.url), NO_COLOR: "1" };
  const { stderr } = await command(["mark-read", "a"], withoutColor, undefined, { isTTY: true });
  expect(stderr).toMatch(
    /^\r\[-+\] 0 done, 0 failed of 1\u001b\[K[^]*\r\u001b\[Kinstacart-chat: 1 done, 0 failed in .*\n$/,
  );
  server.requests.splice(0);
});
