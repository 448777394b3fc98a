import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { distFolder } from "../../scripts/common/paths.js";
import { CLIENT_SECRET, ORDERS, startFlawedServer, type FlawedServer } from "../support/flawed-server.js";
import { startRealServer, type RealServer } from "../support/real-server.js";
import { runNode } from "../support/run-node.js";
import { cert, key } from "../support/self-signed.js";

// Every Node line that test:long has installed, and this one.
const NODES = [process.execPath, ...(process.env["NODE_BINARIES"]?.split(":") ?? [])];

let api: FlawedServer;
let folder: string;
let proxy: RealServer | undefined;

beforeEach(async () => {
  api = await startFlawedServer({ tls: { cert, key } });
  folder = mkdtempSync(join(tmpdir(), "contract-"));
  writeFileSync(join(folder, "cert.pem"), cert);
});
afterEach(async () => {
  await proxy?.stop();
  await api.close();
  rmSync(folder, { recursive: true });
});

async function checkThroughTinyproxy(settings: string, credentials: string, node = process.execPath) {
  proxy = await startRealServer("tinyproxy", (port) => {
    const file = join(folder, "tinyproxy.conf");
    const connect = `ConnectPort ${new URL(api.url).port}`;
    writeFileSync(file, `Port ${port}\nListen 127.0.0.1\nTimeout 60\nLogLevel Critical\n${connect}\n${settings}\n`);
    return ["-d", "-c", file];
  });
  const args = ["contract", ...ORDERS, "--require", "200,401,404"];
  const env = {
    INSTACART_BASE_URL: api.url.replace("127.0.0.1", "localhost"),
    INSTACART_CLIENT_ID: "client-123",
    INSTACART_CLIENT_SECRET: CLIENT_SECRET,
    HTTPS_PROXY: `http://${credentials}127.0.0.1:${proxy.port}`,
    NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
  };
  const check = () => runNode([join(distFolder, "cli.js"), ...args], { env, node });
  const result = await check();
  const requests = api.requests().length;
  await proxy.stop();
  expect([(await check()).status, api.requests().length]).toEqual([3, requests]); // So all went through the proxy.
  return { ...result, requests };
}

describe.each(NODES)("the contract command of %s through tinyproxy", (node) => {
  test.each([
    ["without a password", "", ""],
    ["with a password", "BasicAuth user secret", "user:secret@"],
  ])("passes %s", async (_, settings, credentials) => {
    const { status, stdout } = await checkThroughTinyproxy(settings, credentials, node);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("contract: 4 passed, 0 with") });
  });

  test("is inconclusive with an incorrect password, which no output shows", async () => {
    const result = await checkThroughTinyproxy("BasicAuth user secret", "user:incorrect@", node);
    expect(result).toMatchObject({ status: 3, requests: 0 });
    expect(result.stdout + result.stderr).not.toContain("incorrect");
  });
});
