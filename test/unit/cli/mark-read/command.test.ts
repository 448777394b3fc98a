import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand as command } from "../../../support/run-command.js";

const TOKEN = "a-very-secret-token";
const env = { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: "http://127.0.0.1:1" };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mark-read-"));
  writeFileSync(join(folder, "orders.txt"), "a\nb\tu1\n");
  writeFileSync(join(folder, "results.jsonl"), '{"order_id":"a","messages_read_count":1}\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a usage error is one line on standard error, with exit status 2", () => {
  test.each<[string, string[], Record<string, string>, string]>([
    ["a misspelt command", ["markread", "a"], env, "unknown command 'markread' (Did you mean mark-read?)"],
    ["standard input together with an order id", ["-", "b"], env, "- reads the order ids from standard input, so no"],
    ["a file together with an order id", ["b", "--orders", "x"], env, "--orders names the file of the orders, so no"],
    ["a file that does not exist", ["--orders", "no/such"], env, "--orders no/such cannot be read: ENOENT"],
    ["a folder", ["--orders", tmpdir()], env, "cannot be read: EISDIR"],
    ["results in a folder", ["a", "--results", tmpdir()], env, `--results ${tmpdir()} is not a regular file`],
    ["no valid order id", ["", ".."], env, "nothing in the command line can be sent; order_id must not be empty"],
    ["a concurrency of 0", ["a", "--concurrency", "0"], env, "Expected an integer from 1 to 128."],
    ["a concurrency above the range", ["a", "--concurrency", "129"], env, "Expected an integer from 1 to 128."],
    ["no attempts", ["a", "--max-attempts", "0"], env, "Expected an integer from 1 to 100."],
    ["an invalid rate", ["a", "--rate", "1e3"], env, "Expected a number from 0.01 to 1000."],
    ["no rate", ["a", "--rate", "0"], env, "Expected a number from 0.01 to 1000."],
    ["a duration without a unit", ["a", "--timeout", "5"], env, "A duration needs a unit: 5ms, 5s, 5m or 5h."],
    ["no duration at all", ["a", "--timeout", "0s"], env, "Expected 1ms to 24h."],
    ["a duration that is too long", ["a", "--timeout", "999h"], env, "Expected 1ms to 24h."],
    ["a misspelt option", ["a", "--concurency", "3"], env, "(Did you mean --concurrency?)"],
    ["an unknown option", ["a", "--token", "x"], env, "unknown option '--token'"],
    ["an invalid locale", ["a", "--locale", "en_US"], env, "--locale must be a language tag such as en-US"],
    ["a server without TLS", ["a", "--base-url", "http://example.com"], env, "--base-url must be an https URL"],
    ["the same in the environment", ["a"], { ...env, INSTACART_BASE_URL: "example.com" }, "INSTACART_BASE_URL must be"],
    ["no token", ["a"], {}, "no credentials: set INSTACART_ACCESS_TOKEN, or INSTACART_CLIENT_ID and INSTACART_"],
    ["a client id alone", ["a"], { INSTACART_CLIENT_ID: "client-1" }, "INSTACART_CLIENT_SECRET is missing; the other"],
    ["a token that cannot be sent", ["a"], { INSTACART_ACCESS_TOKEN: `Bearer ${TOKEN}` }, "INSTACART_ACCESS_TOKEN "],
  ])("%s", async (_, args, environment, message) => {
    const { status, stdout, stderr } = await command(
      args[0] === "markread" ? args : ["mark-read", ...args],
      environment,
    );
    expect({ status, stdout, lines: stderr.split("\n").length }).toEqual({ status: 2, stdout: "", lines: 2 });
    expect(stderr).toMatch(/^instacart-chat: /);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(new RegExp(`${TOKEN}|baseUrl|accessToken|timeoutMs`));
  });

  test("of the input, too", async () => {
    const [orders, results] = [join(folder, "orders.txt"), join(folder, "results.jsonl")];
    for (const [args, message] of [
      [["--orders", orders], "a user's token needs client credentials: set INSTACART_CLIENT_ID and INSTACART_CLIENT_"],
      [["--orders", results, "--results", results], "is the file that results are written to; use another one"],
      [["-"], "line 1 of standard input is JSON over several lines; write one "],
    ] as const) {
      const { status, stdout, stderr } = await command(["mark-read", ...args], env, '{\n "order_id": "a"\n}');
      expect([status, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
    }
  });
});

test("where no order is named, the exit status is 4", async () => {
  const nothing = "nothing to do: standard input has no order ids";
  for (const [args, input, message] of [
    [["-"], "", nothing],
    [["-"], "order_id\n\n", nothing],
    [[], undefined, "no order named: give order ids, - for standard input, or --orders <file>"],
  ] as const)
    expect(await command(["mark-read", ...args], env, input)).toEqual({
      status: 4,
      stdout: "",
      stderr: `instacart-chat: ${message}\n`,
    });
});

describe("--dry-run", () => {
  const run = (args: string[], input?: string) => command(["mark-read", "--dry-run", ...args], {}, input);

  test("counts what would be sent, and needs no credentials", async () => {
    expect(await run(["-"], "a\nb\tu1\nb\tu2\na\nx\u200b\n")).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^instacart-chat: line 5: order_id must not contain U\+200B .*\ninstacart-chat: would send 3 \(2 users\), 1 invalid, 0 already done; nothing was sent\n$/,
      ) as string,
    });
  });

  test("knows what a file of results has, and leaves it alone", async () => {
    const results = join(folder, "results.jsonl");
    const { status, stderr } = await run(["--orders", join(folder, "orders.txt"), "--results", results]);
    expect([status, stderr]).toEqual([
      0,
      "instacart-chat: would send 1 (1 user), 0 invalid, 1 already done; nothing was sent\n",
    ]);
  });

  test.each([
    ["--concurrency", "128"],
    ["--rate", "0.01"],
    ["--rate", "1000"],
    ["--timeout", "24h"],
    ["--timeout", "1ms"],
    ["--max-outage", "0s"],
    ["--max-attempts", "1"],
  ])("accepts %s %s", async (...option) => {
    expect(await run([...option, "a"])).toMatchObject({ status: 0 });
  });
});

test("help says how to call it, and what applies without an option", async () => {
  const { stdout } = await command(["mark-read", "--help"]);
  expect(stdout).toContain(`Usage: instacart-chat mark-read [options] <order-id>...
       instacart-chat mark-read [options] --orders <file>
`);
  const defaults = [...stdout.replace(/\s+/g, " ").matchAll(/(--[a-z-]+) <\w+> [^<]*?\(default: ([^)]+)\)/g)];
  expect(defaults.map(([, option, value]) => [option, value])).toEqual([
    ["--concurrency", "8"],
    ["--rate", "no limit"],
    ["--timeout", "10s"],
    ["--max-attempts", "5"],
    ["--max-outage", "5m"],
    ["--max-failures", "no limit"],
  ]);
});
