import { describe, expect, test } from "vitest";
import { runCommand as command } from "../../../support/run-command.js";

const TOKEN = "a-very-secret-token";

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
    [
      "a number that is above the range",
      ["mark-read", "a", "--concurrency", "129"],
      env,
      "Expected an integer from 1 to 128.",
    ],
    [
      "a user that cannot be sent",
      ["mark-read", "a"],
      { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-secret", INSTACART_USER_ID: " " },
      "INSTACART_USER_ID must ",
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
    const result = await command(["mark-read", "-"], env, input);
    expect({ ...result, stderr: result.stderr.split(";")[0] }).toEqual({
      status: 2,
      stdout: "",
      stderr: `instacart-chat: ${message}${message.endsWith("UTF-16") ? ", as PowerShell writes it" : ""}`,
    });
  });
});

test("the least and the greatest values are allowed", async () => {
  const env = { INSTACART_ACCESS_TOKEN: TOKEN };
  for (const option of [
    ["--concurrency", "128"],
    ["--concurrency", "1"],
    ["--rate", "1000"],
    ["--timeout", "1ms"],
  ])
    expect(await command(["mark-read", "--dry-run", ...option, "a"], env)).toMatchObject({ status: 0 });
});

test("help says how to call it, and what applies without an option", async () => {
  const { stdout } = await command(["mark-read", "--help"]);
  expect(stdout).toContain(`Usage: instacart-chat mark-read [options] <order-id>...
       instacart-chat mark-read [options] - < file
`);
  expect(stdout).toContain("the order ids; - reads them from standard input");
  const defaults = [...stdout.replace(/\s+/g, " ").matchAll(/(--[a-z-]+) <\w+> [^<]*?\(default: ([^)]+)\)/g)];
  expect(defaults.map(([, option, value]) => [option, value])).toEqual([
    ["--concurrency", "8"],
    ["--rate", "no limit"],
    ["--timeout", "10s"],
    ["--max-outage", "5m"],
    ["--max-failures", "no limit"],
  ]);
});

test("input without an order id has its own exit status", async () => {
  const env = { INSTACART_ACCESS_TOKEN: TOKEN, INSTACART_BASE_URL: "http://127.0.0.1:1" };
  for (const input of ["", "order_id\n\n"])
    expect(await command(["mark-read", "-"], env, input)).toEqual({
      status: 4,
      stdout: "",
      stderr: "instacart-chat: nothing to do: standard input has no order ids\n",
    });
});
