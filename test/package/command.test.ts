import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../../scripts/paths.js";
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
    ["two order ids", ["mark-read", "a", "b"], env, "one order id is expected, but there is also b"],
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
    const failing = createServer((_, response) =>
      response
        .writeHead(404, { "Content-Type": "application/json" })
        .end('{"error":{"message":"not\\n\\u001b[31mfound","code":4000}}'),
    );
    await new Promise<void>((resolve) => failing.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(failing.address() as AddressInfo).port}`;
    const result = await command(["mark-read", "a", "--base-url", url], { INSTACART_ACCESS_TOKEN: TOKEN });
    failing.closeAllConnections();
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
