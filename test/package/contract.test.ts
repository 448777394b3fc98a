import { DOMParser } from "@xmldom/xmldom";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { REFUSING_URL } from "../support/fault-server.js";
import { CLIENT_SECRET, ISSUED_TOKEN, ORDER, ORDERS } from "../support/flawed-server.js";
import { startFlawedServer, type FlawedServer } from "../support/flawed-server.js";
import { notExercised } from "../support/not-exercised.js";
import { runNode } from "../support/run-node.js";
import { cert, key } from "../support/self-signed.js";

const CREDENTIALS = {
  INSTACART_CLIENT_ID: "client-123",
  INSTACART_CLIENT_SECRET: CLIENT_SECRET,
  INSTACART_USER_ID: "user-123",
};

// What only the API itself can be made to respond.
const LEFT = notExercised({ markMessagesAsRead: [200, 401, 404], generateAccessToken: [200] });

describe("the installed package", () => {
  const project = inject("consumerFolder");
  const bin = join(project, "node_modules/instacart-post-checkout-chat/dist/cli.js");
  let server: FlawedServer;
  let folder: string;
  const contract = (args: readonly string[], env: Record<string, string> = CREDENTIALS) =>
    runNode([bin, "contract", ...args], { cwd: project, env });

  beforeAll(async () => {
    server = await startFlawedServer({ tls: { cert, key } });
    folder = await mkdtemp(join(tmpdir(), "contract-"));
    await writeFile(join(folder, "ca.pem"), cert);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  test("checks a server whose certificate NODE_EXTRA_CA_CERTS makes trusted", async () => {
    server.become({});
    const args = ["--base-url", server.url, ...ORDERS, "--require", "200,401,404"];
    const { status, stdout, stderr } = await contract(args, {
      ...CREDENTIALS,
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    });
    expect(status).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "  passed        markMessagesAsRead 200",
      "  passed        markMessagesAsRead 401",
      "  passed        markMessagesAsRead 404",
      "  passed        generateAccessToken 200",
      ...LEFT.lines,
      `contract: 4 passed, 0 with violations, 0 inconclusive, ${LEFT.count} not exercised`,
      "",
    ]);
    expect(stderr).toContain(
      `contract: marking the shopper's messages about order ${ORDER} as read on ${server.url}\n`,
    );
  });

  test("reports an untrusted certificate as inconclusive", async () => {
    const { status, stdout } = await contract(["--base-url", server.url, ...ORDERS]);
    expect(status).toBe(3);
    expect(stdout).toContain("inconclusive  generateAccessToken 200: ");
  });

  test("exits with status 1 if a server breaks the contract, and prints only the report to standard output", async () => {
    const insecure = await startFlawedServer();
    insecure.become({ notFound: { status: 404, body: { error: { message: `no order for ${ISSUED_TOKEN}` } } } });
    const { status, stdout, stderr } = await contract(["--base-url", insecure.url, ...ORDERS, "--reporter", "junit"]);
    await insecure.close();
    const document = new DOMParser({ onError: (_, message) => expect.unreachable(message) }).parseFromString(
      stdout,
      "text/xml",
    );
    expect(status).toBe(1);
    expect(document.getElementsByTagName("testcase")).toHaveLength(4 + LEFT.count);
    expect(document.getElementsByTagName("failure")[0]?.getAttribute("message")).toBe(
      'markMessagesAsRead 404, body /error: must have required property \'code\', got {"message":"no order for [redacted]"}',
    );
    expect(stdout + stderr).not.toContain(ISSUED_TOKEN);
  });

  test("a report that nobody reads is no violation of the server's, and no crash", async () => {
    const refused = ["--base-url", REFUSING_URL, "--order", ORDER];
    const env = { INSTACART_ACCESS_TOKEN: "a-token" };
    const child = spawn(process.execPath, [bin, "contract", ...refused], { env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const [said, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
    expect(said).toMatch(/\ncontract: there is no report: standard output failed: write EPIPE\n$/);
    expect(status).toBe(3);
  });

  test("a run that checks nothing is a usage error", async () => {
    const stderr = "instacart-chat: no server to check: pass --base-url, or set INSTACART_BASE_URL\n";
    expect(await contract(["--order", "a"])).toEqual({ status: 2, stdout: "", stderr });
  });
});

describe("npm run contract", () => {
  const script = join(root, "scripts/contract/index.js");

  test("checks the mock if no server is given", { timeout: 120_000 }, async () => {
    const { status, stdout } = await runNode([script]); // Prism takes seconds to load.
    expect(stdout).toContain(`contract: 4 passed, 0 with violations, 0 inconclusive, ${LEFT.count} not exercised\n`);
    expect(status).toBe(0);
  });

  test("passes its arguments to the command and returns its exit status", async () => {
    expect(await runNode([script, "--base-url", "https://example.com"])).toEqual({
      status: 2,
      stdout: "",
      stderr: "instacart-chat: --order is missing: an order whose messages may be marked as read\n",
    });
  });
});

describe("the guide shows a workflow", () => {
  const guide = readFileSync(join(root, "scripts/docs/guides/contract-check.md"), "utf8");
  const [, workflow = ""] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];

  test("of at most 15 lines, with JUnit upload, pinned to versions", () => {
    expect(workflow.trim().split("\n").length).toBeLessThanOrEqual(15);
    expect(workflow).toContain("npx --yes instacart-post-checkout-chat@{{version}} contract");
    expect(workflow).toContain("--reporter junit");
    for (const [, revision] of workflow.matchAll(/uses: \S+?@(\S+)/g)) expect(revision).toMatch(/^[0-9a-f]{40}$/);
  });

  test("and never runs a package by the name of the command, which anyone could register", () => {
    expect(guide).not.toMatch(/npx (--yes )?instacart-chat/);
  });
});

test("the nightly workflow gives the secrets to nothing that it has not built before", () => {
  const workflow = readFileSync(join(root, ".github/workflows/contract.yml"), "utf8");
  const [before = "", after = ""] = workflow.split("node dist/cli.js contract");
  expect(before).toContain("run: npm ci");
  expect(before).toContain("run: npm run build");
  expect(before).not.toMatch(/secrets\.\w+ \}\}\n/);
  expect(after).not.toContain("run:");
});
