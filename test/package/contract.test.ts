import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/shared/paths.js";
import { REFUSING_URL } from "../support/fault-server.js";
import { runNode } from "../support/run-node.js";
import { startStandIn, TARGET } from "../support/stand-in-server.js";

const SCRIPT = join(root, "scripts/contract/index.js");
const VARIABLES = {
  CONTRACT_ACCESS_TOKEN: TARGET.accessToken,
  CONTRACT_ORDER_ID: TARGET.orderId,
  CONTRACT_UNKNOWN_ORDER_ID: TARGET.unknownOrderId,
};

const contract = (env: Record<string, string>) => runNode([SCRIPT], { env });

test("without variables, the mock is asked for everything that the description promises", async () => {
  const { status, stdout, stderr } = await contract({});
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(
    /^contract: asking the mock\n(  passed {5}\w+ \d{3} .+\n){21}contract: 21 passed, 0 failed, 0 not asked\n$/,
  );
});

test("a server that follows the endpoint's page passes, and what it cannot be made to answer is not asked", async () => {
  const server = await startStandIn();
  const { status, stdout, stderr } = await contract({ ...VARIABLES, CONTRACT_BASE_URL: server.url });
  await server.close();
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("  not asked  markMessagesAsRead 429 tooManyRequests\n");
  expect(stdout).toMatch(/\ncontract: 3 passed, 0 failed, 18 not asked\n$/);
});

test("a server that breaks the contract fails, with a line for each violation and without the token", async () => {
  const server = await startStandIn({ found: { body: { messages_read_count: "15" } } });
  const { status, stdout, stderr } = await contract({ ...VARIABLES, CONTRACT_BASE_URL: server.url });
  await server.close();
  expect(status).toBe(1);
  expect(stdout).toContain("  failed     markMessagesAsRead 200 messagesRead\n");
  expect(stderr.split("\n")).toEqual([
    'contract: violation: markMessagesAsRead 200 messagesRead response body messages_read_count: promised is Response body property messages_read_count must be integer, but there came "15"',
    'contract: violation: markMessagesAsRead 200 messagesRead: promised is an answer by the contract, but there came The answer with status 200 breaks the contract: /messages_read_count must be integer: {"messages_read_count":"15"}',
    "",
  ]);
  expect(stdout + stderr).not.toContain(TARGET.accessToken);
});

describe("what is no server of the API, or no URL of one, is one sentence and status 1", () => {
  test.each<[string, Record<string, string>, string]>([
    ["no URL", { CONTRACT_BASE_URL: "connect" }, "CONTRACT_BASE_URL must be an https URL, or http on a loopback host"],
    [
      "http",
      { CONTRACT_BASE_URL: "http://example.com" },
      "CONTRACT_BASE_URL must be an https URL, or http on a loopback",
    ],
    [
      "not reachable",
      { CONTRACT_BASE_URL: REFUSING_URL },
      `CONTRACT_BASE_URL, ${REFUSING_URL}, cannot be reached: The network failed: connect ECONNREFUSED 127.0.0.1:2`,
    ],
    [
      "no token",
      { CONTRACT_BASE_URL: REFUSING_URL, CONTRACT_ACCESS_TOKEN: "" },
      "CONTRACT_ACCESS_TOKEN and CONTRACT_ORDER_ID must be set with CONTRACT_BASE_URL",
    ],
    ["no URL with a token", {}, "CONTRACT_BASE_URL is missing; the other variables are set"],
  ])("%s", async (_, env, message) => {
    const { status, stdout, stderr } = await contract({ ...VARIABLES, ...env });
    expect({ status, stdout, lines: stderr.split("\n").length }).toEqual({ status: 1, stdout: "", lines: 2 });
    expect(stderr).toContain(`contract: ${message}`);
  });

  test.each<[string, RequestListener, string]>([
    [
      "a page to log in",
      (_, response) => response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end("<html>"),
      "answers with a web page, such as one to log in, and not as the API",
    ],
    [
      "a redirect to such a page",
      (_, response) => response.writeHead(302, { Location: "/login" }).end(),
      "answers with a redirect, such as one to log in, and not as the API",
    ],
  ])("%s", async (_, listener, message) => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await contract({ ...VARIABLES, CONTRACT_BASE_URL: url });
    server.closeAllConnections();
    server.close();
    expect(result).toEqual({ status: 1, stdout: "", stderr: `contract: CONTRACT_BASE_URL, ${url}, ${message}\n` });
  });
});
