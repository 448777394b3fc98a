import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ContractReport } from "../../../../src/cli/contract/report.js";
import type { ProcessIO } from "../../../../src/cli/process-io.js";
import { runProgram } from "../../../../src/cli/program.js";
import { notExercised } from "../../../support/not-exercised.js";
import { runCommand } from "../../../support/run-command.js";

const SERVER = ["--base-url", "http://127.0.0.1:2"];
const TOKEN = { INSTACART_ACCESS_TOKEN: "the-given-token-4711" };
const CLIENT = {
  INSTACART_CLIENT_ID: "client-4711",
  INSTACART_CLIENT_SECRET: "secret-4711",
  INSTACART_USER_ID: "user-4711",
};

const fetch = vi.fn();
beforeEach(() => vi.stubGlobal("fetch", fetch));
afterEach(() => {
  vi.unstubAllGlobals();
  fetch.mockReset();
});

const contract = (args: readonly string[], env: Record<string, string> = TOKEN) =>
  runCommand(["contract", ...args], env);

describe("a missing, invalid or conflicting option ends with one sentence and status 2, before anything is sent", () => {
  // Beside a server and an order; an option that is given twice has its last value.
  test.each<[string, string, RegExp, Record<string, string>?]>([
    ["an empty order", "--order=", /^--order must /],
    ["an order id that cannot be sent", "--order ..", /^--order must /],
    ["an empty unknown order", "--unknown-order=", /^--unknown-order must /],
    ["an unknown order that cannot be sent", "--unknown-order a\u200bb", /^--unknown-order must /],
    ["the order as unknown order", "--unknown-order order-1", /^--unknown-order must differ from --order$/],
    ["an empty URL", "--base-url=", /^--base-url must be /],
    ["no URL", "--base-url connect", /^--base-url must be /],
    ["http to another host", "--base-url http://example.com", /^--base-url must be .*https.*--allow-insecure-http/],
    ["a URL with a query", "--base-url https://example.com?a=1", /^--base-url must be /],
    ["a URL with a password", "--base-url https://a:b@example.com", /^--base-url must be /],
    ["an empty banner", "--retailer-id=", /^--retailer-id must /],
    ["another locale", "--locale en_US", /^--locale must be a language tag/],
    ["a time limit without unit", "--timeout 5", /--timeout.*unit/],
    ["a time limit of nothing", "--timeout 0ms", /--timeout .*Expected 1ms to 24h/],
    ["a required status that is not documented", "--require 200,418", /--require.*200, 400, 401/],
    ["a required status that is not a number", "--require 200,", /--require/],
    ["404 required, without an unknown order", "--require 404", /^--require 404 needs --unknown-order/],
    ["another reporter", "--reporter tap", /--reporter.*text, json, junit, github/],
    ["an option that does not exist", "--oder order-1", /--oder.*--order/],
    ["an argument", "order-2", /argument/],
    ["no credentials", "", /INSTACART_ACCESS_TOKEN.*INSTACART_CLIENT_ID/, {}],
    ["empty credentials", "", /INSTACART_ACCESS/, { INSTACART_ACCESS_TOKEN: "", INSTACART_CLIENT_ID: "" }],
    ["half the client credentials", "", /INSTACART_CLIENT_SECRET is missing/, { INSTACART_CLIENT_ID: "c" }],
    ["an access token that cannot be sent", "", /INSTACART_ACCESS_TOKEN/, { INSTACART_ACCESS_TOKEN: "two words" }],
    ["a user id that cannot be sent", "", /^INSTACART_USER_ID must /, { ...CLIENT, INSTACART_USER_ID: " " }],
    ["a client id that cannot be sent", "", /^INSTACART_CLIENT_ID must /, { ...CLIENT, INSTACART_CLIENT_ID: " " }],
    ["a secret that cannot be sent", "", /^INSTACART_CLIENT_SECRET must /, { ...CLIENT, INSTACART_CLIENT_SECRET: " " }],
  ])("%s", async (_, options, message, env) => {
    await expectUsageError([...SERVER, "--order", "order-1", ...options.split(" ").filter(Boolean)], message, env);
  });

  test.each<[string, readonly string[], RegExp, Record<string, string>?]>([
    ["no order", SERVER, /^--order is missing: /],
    ["no server", ["--order", "a"], /^no server to check: pass --base-url, or set INSTACART_BASE_URL$/],
    ["nothing at all", [], /^no server to check: .*; --order is missing: /, {}],
    ["an invalid variable", ["--order", "a"], /^INSTACART_BASE_URL must be /, { ...TOKEN, INSTACART_BASE_URL: "a" }],
  ])("%s", async (_, args, message, env) => expectUsageError(args, message, env));

  async function expectUsageError(args: readonly string[], message: RegExp, env?: Record<string, string>) {
    const { status, stdout, stderr } = await contract(args, env);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^instacart-chat: .+\n$/);
    expect(stderr.replace("instacart-chat: ", "").trim()).toMatch(message);
    expect(fetch).not.toHaveBeenCalled();
  }
});

test("--help fits in 80 columns", async () => {
  const { status, stdout } = await contract(["--help"]);
  expect(status).toBe(0);
  expect(stdout).toContain("--unknown-order");
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

describe("a run", () => {
  beforeEach(() => {
    fetch.mockImplementation(async () => Response.json({ messages_read_count: 15 }));
  });

  test("warns that it marks messages as read before it sends anything, and prints only the report to standard output", async () => {
    const run = await contract([...SERVER, "--order", "order-1"]);
    expect(run.stderr.split("\n")).toEqual([
      "contract: marking the shopper's messages about order order-1 as read on http://127.0.0.1:2",
      "contract: calling markMessagesAsRead for the order (this marks its messages as read)",
      "contract: calling markMessagesAsRead for the order, with an invalid access token",
      "",
    ]);
    const { lines, count } = notExercised({ markMessagesAsRead: [200, 401] });
    expect(run.status).toBe(1);
    expect(run.stdout.split("\n")).toEqual([
      "  passed        markMessagesAsRead 200",
      "  violation     markMessagesAsRead 401, status: must be 401, got 200",
      ...lines,
      `contract: 1 passed, 1 with violations, 0 inconclusive, ${count} not exercised`,
      "",
    ]);
  });

  test("says in its report which server was checked, and when", async () => {
    const { stdout } = await contract([...SERVER, "--order", "order-1", "--reporter", "json"]);
    const { baseUrl, startedAt } = JSON.parse(stdout) as ContractReport;
    expect(baseUrl).toBe("http://127.0.0.1:2");
    expect(Math.abs(Date.parse(startedAt) - Date.now())).toBeLessThan(60_000);
  });

  test("shows neither the access token nor the client secret, even if the server does", async () => {
    const shown = `${TOKEN.INSTACART_ACCESS_TOKEN} and ${CLIENT.INSTACART_CLIENT_SECRET}`;
    fetch.mockImplementation(async () => Response.json({ messages_read_count: shown }));
    const { stdout } = await contract([...SERVER, "--order", "order-1"], { ...TOKEN, ...CLIENT });
    expect(stdout).toContain('got "[redacted] and [redacted]"');
  });

  test("whose report cannot be written says so, with the exit status of a run that stopped", async () => {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error("ENOSPC: no space left")) });
    const stderr = new PassThrough();
    const nothing = () => {};
    const streams = { stdin: new PassThrough(), stdout: broken, stderr };
    const io: ProcessIO = { ...streams, env: TOKEN, exit: nothing, on: nothing, off: nothing };
    await runProgram(["contract", ...SERVER, "--order", "order-1"], "0.0.0", io);
    expect(io.exitCode).toBe(3);
    expect(String(stderr.read())).toContain(
      "contract: there is no report: standard output failed: ENOSPC: no space left\n",
    );
  });

  test("reads the server from the environment, which --base-url overrides", async () => {
    const env = { ...TOKEN, INSTACART_BASE_URL: "http://127.0.0.1:3" };
    await contract(["--order", "order-1"], env);
    await contract([...SERVER, "--order", "order-1"], env);
    expect(fetch.mock.calls.map(([url]) => new URL(String(url)).port)).toEqual(["3", "3", "2", "2"]);
  });

  test("that fails itself says so with one sentence and status 3, and not as a violation", async () => {
    vi.spyOn(Buffer, "concat").mockImplementationOnce(() => {
      throw new RangeError("Array buffer allocation failed");
    });
    const { status, stdout, stderr } = await contract([...SERVER, "--order", "order-1"]);
    expect({ status, stdout, last: stderr.split("\n").at(-2) }).toEqual({
      status: 3,
      stdout: "",
      last: "contract: there is no report: Array buffer allocation failed",
    });
  });

  test("prefers an access token to client credentials", async () => {
    const { stdout } = await contract([...SERVER, "--order", "order-1"], { ...CLIENT, ...TOKEN });
    expect(stdout).toContain("not exercised generateAccessToken 200");
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ headers: { authorization: "Bearer the-given-token-4711" } });
  });

  test("treats an empty variable as unset", async () => {
    const { stdout } = await contract([...SERVER, "--order", "order-1"], { ...CLIENT, INSTACART_ACCESS_TOKEN: "" });
    expect(stdout).toMatch(/(violation|passed) +generateAccessToken 200/);
  });

  test("sends what the options say", async () => {
    const options = "--order order-1 --retailer-id banner-1 --locale fr-CA --treat-ids-as-internal";
    await contract([...SERVER, ...options.split(" ")]);
    const headers = new Headers(fetch.mock.calls[0]?.[1].headers);
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-retailer-id": "banner-1",
      "accept-language": "fr-CA",
      "x-treat-ids-as-internal": "true",
    });
  });
});
