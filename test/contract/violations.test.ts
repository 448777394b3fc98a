import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startProxy } from "../../scripts/mock/server.js";
import type { ContractReport } from "../../src/cli/contract/report.js";
import { CLIENT_SECRET, GIVEN_TOKEN, ISSUED_TOKEN, ORDERS } from "../support/flawed-server.js";
import { startFlawedServer, type FlawedServer } from "../support/flawed-server.js";
import { runCommand } from "../support/run-command.js";
import { ENDS_PRISM, violationCases, type ViolationCase } from "../support/violations.js";

// Two processors that others use, too, take their time.
vi.setConfig({ testTimeout: 30_000 });

const GIVEN = { INSTACART_ACCESS_TOKEN: GIVEN_TOKEN };
const ISSUED = {
  INSTACART_CLIENT_ID: "client-123",
  INSTACART_CLIENT_SECRET: CLIENT_SECRET,
  INSTACART_USER_ID: "user-1",
};

let server: FlawedServer;
let proxy: { url: string; close: () => Promise<void> };
const table: string[] = [];

beforeAll(async () => {
  server = await startFlawedServer();
  proxy = await startProxy(server.url);
});

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0); // No time passes between two attempts.
});

afterAll(async () => {
  await proxy.close();
  await server.close();
  console.log(`Violations: where, exit status, whether Prism finds it:\n${table.join("\n")}`);
});

describe("a server that breaks the contract is reported as a violation, at the place concerned, with exit status 1", () => {
  test.each(violationCases)("$flaw", async ({ flaw, responses, where, notByPrism, issuesToken }) => {
    server.become(responses);
    const args = ["contract", "--base-url", server.url, ...ORDERS, "--reporter", "json"];
    const { status, stdout, stderr } = await runCommand(args, issuesToken ? ISSUED : GIVEN);
    const report = JSON.parse(stdout) as ContractReport;
    const violations = report.results.flatMap((result) => result.violations);
    const byPrism = notByPrism !== ENDS_PRISM && (await isFoundByPrism(responses));
    table.push(`  ${flaw.padEnd(52)} ${where.padEnd(48)} ${status}  ${byPrism ? "Prism" : ""}`);

    expect(violations.map((violation) => violation.where)).toEqual([where]);
    expect(status).toBe(1);
    expect(byPrism).toBe(notByPrism === undefined);
    for (const secret of [GIVEN_TOKEN, ISSUED_TOKEN, CLIENT_SECRET]) expect(stdout + stderr).not.toContain(secret);
  });
});

/** Sends the request that gets the invalid response once more, by way of Prism, which checks what comes back. */
async function isFoundByPrism(responses: ViolationCase["responses"]): Promise<boolean> {
  const sent = server.requests().find(({ kind }) => responses[kind]);
  if (!sent) throw new Error("the command did not request the invalid response");
  server.become(responses);
  const { method, path, body } = sent;
  const names = ["accept", "authorization", "content-type"];
  const headers = Object.entries(sent.headers).filter(([name]) => names.includes(name));
  const response = await fetch(proxy.url + path, { method, headers, ...(body !== "" && { body }) });
  await response.arrayBuffer();
  return response.headers.has("sl-violations") || response.status === 500; // It cannot read what is no JSON, or no HTTP.
}
