import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { ContractReport } from "../../src/cli/contract/report.js";
import {
  CLIENT_SECRET,
  ERROR,
  FOUND,
  GIVEN_TOKEN,
  ISSUED_TOKEN,
  ORDER,
  startFlawedServer,
  TOKEN,
  UNKNOWN_ORDER,
  type FlawedServer,
  type Responses,
} from "../support/flawed-server.js";
import { inFrontCases } from "../support/in-front.js";
import { REFUSING_URL } from "../support/fault-server.js";
import { runCommand } from "../support/run-command.js";
import { cert, key } from "../support/self-signed.js";

// Two processors that others use, too, take their time.
vi.setConfig({ testTimeout: 30_000 });

const GIVEN = { INSTACART_ACCESS_TOKEN: GIVEN_TOKEN };
const ISSUED = { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: CLIENT_SECRET };
const ORDERS = ["--order", ORDER, "--unknown-order", UNKNOWN_ORDER];

const servers: FlawedServer[] = [];
let server: FlawedServer;
const start = async (options?: Parameters<typeof startFlawedServer>[0]) => {
  const started = await startFlawedServer(options);
  servers.push(started);
  return started;
};

beforeAll(async () => {
  server = await start();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => Promise.all(servers.map((one) => one.close())));

async function check(url: string, env: Record<string, string> = GIVEN, args: readonly string[] = ORDERS) {
  vi.spyOn(Math, "random").mockReturnValue(0); // No time passes between two attempts.
  const { status, stdout, stderr } = await runCommand(
    ["contract", "--base-url", url, "--reporter", "json", ...args],
    env,
  );
  for (const secret of [GIVEN_TOKEN, ISSUED_TOKEN, CLIENT_SECRET]) expect(stdout + stderr).not.toContain(secret);
  const report = JSON.parse(stdout) as ContractReport;
  const by = (outcome: string) =>
    report.results
      .filter((result) => result.outcome === outcome)
      .map(({ operationId, status }) => `${operationId} ${status}`);
  return { status, report, passed: by("passed"), inconclusive: by("inconclusive"), violation: by("violation") };
}

const raw = (text: string): Partial<Responses> => ({ found: { raw: (socket) => socket.end(text) } });
const head = (version: string, ...headers: string[]) =>
  [`HTTP/${version} 200 OK`, "Content-Type: application/json", ...headers, "", ""].join("\r\n");

describe("a server that satisfies the contract passes, with exit status 0", () => {
  const PASSED = ["markMessagesAsRead 200", "markMessagesAsRead 401", "markMessagesAsRead 404"];

  test.each<[string, Partial<Responses>]>([
    ["if it sends the documented responses", {}],
    ["if there are no unread messages", { found: { body: { messages_read_count: 0 } } }],
    ["if it sends the largest count", { found: { body: { messages_read_count: Number.MAX_SAFE_INTEGER } } }],
    ["if it sends an integer with a fraction of zero", { found: { body: '{"messages_read_count":15.0}' } }],
    ["if it sends an integer with an exponent", { found: { body: '{"messages_read_count":1.5e1}' } }],
    ["if it sends white space", { found: { body: ' \r\n\t{ "messages_read_count" : 15 }\n' } }],
    ["if it sends new fields", { found: { body: { ...FOUND, id: null, list: [{ a: 1e-7 }] } } }],
    [
      "if it sends a new field that a double cannot hold",
      { found: { body: '{"messages_read_count":15,"id":9223372036854775807}' } },
    ],
    ["if it sends a charset", { found: { body: FOUND, contentType: 'Application/JSON; Charset="UTF-8"' } }],
    [
      "if it sends its content type twice",
      { found: { body: FOUND, contentType: "application/json, application/json" } },
    ],
    ["if it sends gzip", { found: { body: gzipSync(JSON.stringify(FOUND)), headers: { "Content-Encoding": "gzip" } } }],
    [
      "if it sends new fields in an error",
      { notFound: { status: 404, body: { error: { ...ERROR, id: 1 }, meta: {}, id: 1 } } },
    ],
    [
      "if it sends meta in an error",
      { notFound: { status: 404, body: { error: ERROR, meta: { key: "order_id", id: 1 } } } },
    ],
    [
      "if it sends several errors",
      { unauthorized: { status: 401, body: { error: { message: "m", code: 9999, errors: [{ error: ERROR }] } } } },
    ],
    ["if it echoes the token in a header", { found: { body: FOUND, headers: { "X-Echo": GIVEN_TOKEN } } }],
    [
      "if it echoes the token in an error",
      { notFound: { status: 404, body: { error: { ...ERROR, message: `Bearer ${GIVEN_TOKEN}` } } } },
    ],
    ["if it speaks HTTP/1.0", raw(head("1.0", "Content-Length: 26") + JSON.stringify(FOUND))],
    ["if its body ends with the connection", raw(head("1.1", "Connection: close") + JSON.stringify(FOUND))],
    [
      "if it sends chunks",
      raw(
        `${head("1.1", "Transfer-Encoding: chunked", "Connection: close")}1a\r\n${JSON.stringify(FOUND)}\r\n0\r\n\r\n`,
      ),
    ],
    ["if it closes the connection after each response", { found: { body: FOUND, headers: { Connection: "close" } } }],
  ])("%s", async (_, responses) => {
    server.become(responses);
    const { status, passed, report } = await check(server.url);
    expect({ status, passed, outcome: report.outcome }).toEqual({ status: 0, passed: PASSED, outcome: "passed" });
  });

  test("if it sends its response slowly, byte by byte, within the time limit", async () => {
    server.become({
      found: {
        raw: (socket) =>
          void drip(socket, head("1.1", "Content-Length: 26", "Connection: close") + JSON.stringify(FOUND)),
      },
    });
    expect(await check(server.url)).toMatchObject({ status: 0, passed: PASSED });
  });

  test("if it responds late, within the time limit", async () => {
    server.become({ found: { body: FOUND, delayMs: 300 } });
    expect(await check(server.url, GIVEN, [...ORDERS, "--timeout", "5s"])).toMatchObject({ status: 0, passed: PASSED });
  });

  test("if it closes idle connections between two calls", async () => {
    server.become({
      found: {
        raw: (socket) =>
          socket.write(head("1.1", "Content-Length: 26") + JSON.stringify(FOUND), () =>
            setImmediate(() => socket.resetAndDestroy()),
          ),
      },
    });
    expect(await check(server.url)).toMatchObject({ status: 0, passed: PASSED });
  });

  test.each([408, 429, 500, 503])(
    "if it sends a %i, which is retried and ignored once a success follows",
    async (status) => {
      const body = { error: { message: "Try again later", code: status } };
      server.become({ found: ({ count }) => (count === 1 ? { status, body } : { body: FOUND }) });
      const { report, ...result } = await check(server.url);
      expect(result).toMatchObject({ status: 0, passed: PASSED });
    },
  );

  test("if it requires X-Retailer-Id, given --retailer-id", async () => {
    server.become(BANNER);
    expect(await check(server.url, GIVEN, [...ORDERS, "--retailer-id", "banner-1"])).toMatchObject({
      status: 0,
      passed: PASSED,
    });
  });

  test("if it issues an access token, which is checked, too", async () => {
    server.become({ token: { body: { ...TOKEN, scope: undefined, refresh_token: null } } });
    const { status, passed } = await check(server.url, ISSUED);
    expect({ status, passed }).toEqual({ status: 0, passed: [...PASSED, "generateAccessToken 200"] });
  });

  test("if it has a base path", async () => {
    const { url } = await start({ basePath: "/gateway/instacart" });
    expect(await check(`${url}/`, ISSUED)).toMatchObject({ status: 0, violation: [], inconclusive: [] });
  });

  test("if it listens on IPv6", async () => {
    const { url } = await start({ host: "::1" });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await check(url, ISSUED)).toMatchObject({ status: 0, violation: [], inconclusive: [] });
  });
});

const BANNER: Partial<Responses> = {
  found: ({ headers }) => (headers["x-retailer-id"] ? { body: FOUND } : NO_BANNER),
  notFound: ({ headers }) => (headers["x-retailer-id"] ? { status: 404, body: { error: ERROR } } : NO_BANNER),
  unauthorized: ({ headers }) =>
    headers["x-retailer-id"] ? { status: 401, body: { error: { message: "m", code: 1 } } } : NO_BANNER,
};
const NO_BANNER = {
  status: 400,
  body: { error: { message: "is missing", code: 1001 }, meta: { key: "X-Retailer-Id" } },
};

describe("what is in front of the API, or another server, is inconclusive, and the reason says what it looks like", () => {
  test.each(inFrontCases)("$name", async ({ responses, looksLike, issuesToken }) => {
    server.become(responses);
    const { status, report, violation } = await check(server.url, issuesToken ? ISSUED : GIVEN);
    expect({ status, violation }).toEqual({ status: 3, violation: [] });
    const reasons = report.results.flatMap(({ outcome, reason = "" }) => (outcome === "inconclusive" ? [reason] : []));
    expect(reasons).toContainEqual(expect.stringMatching(looksLike));
  });

  test("but a page is a violation where the API was seen: with 200, and with the status that was expected", async () => {
    const page = (status: number) => ({ status, body: "<html>", contentType: "text/html" });
    server.become({ found: page(200) });
    expect(await check(server.url)).toMatchObject({ status: 1, violation: ["markMessagesAsRead 200"] });
    server.become({ notFound: page(404), unauthorized: page(401) });
    expect(await check(server.url)).toMatchObject({
      status: 1,
      violation: ["markMessagesAsRead 401", "markMessagesAsRead 404"],
    });
  });
});

describe("what proves nothing about the contract is inconclusive, with exit status 3, and not a violation", () => {
  const limited = { status: 429, body: { error: { message: "Too many requests", code: 429 } } };
  test.each<[string, Partial<Responses>, string]>([
    ["a rate limit", { found: limited }, "The API returned status 429: Too many requests (code 429) (3 attempts)"],
    [
      "a long Retry-After",
      { found: { ...limited, headers: { "Retry-After": "3600" } } },
      "429: Too many requests (code 429)",
    ],
    ["500", { found: { status: 500, contentType: null } }, "500"],
    ["503", { found: { status: 503, contentType: null } }, "503"],
    ["408", { found: { status: 408, body: { error: { message: "idle", code: 408 } } } }, "408"],
    ["no response", { found: { raw: () => {} } }, "within 200 ms (3 attempts)"],
    [
      "headers only, and then nothing",
      { found: { raw: (socket) => socket.write(head("1.1", "Content-Length: 26")) } },
      "within 200 ms",
    ],
    [
      "a body that comes too slowly",
      { found: { raw: (socket) => void drip(socket, head("1.1", "Content-Length: 9999") + " ".repeat(9999)) } },
      "within 200 ms",
    ],
    ["a reset connection", { found: { raw: (socket) => socket.resetAndDestroy() } }, "The network failed"],
    ["a connection lost in the body", raw(`${head("1.1", "Content-Length: 26")}{"messages`), "The network failed"],
    [
      "an order that needs its user's token",
      { found: { status: 400, body: { error: { message: "User ID not found", code: 4001 } } } },
      "the request was rejected: The API returned status 400: User ID not found (code 4001)",
    ],
    [
      "an order that the token does not reach",
      { found: { status: 404, body: { error: ERROR } } },
      "the request was rejected: The API returned status 404",
    ],
    [
      "a caller without permission",
      { found: { status: 403, body: { error: ERROR } } },
      "the request was rejected: The API returned status 403",
    ],
    [
      "a given access token that has expired",
      { found: { status: 401, body: { error: ERROR } } },
      "the access token was rejected; it may have expired: The API returned status 401",
    ],
  ])("%s", async (_, responses, reason) => {
    server.become(responses);
    const { status, report, violation, inconclusive } = await check(server.url, GIVEN, [
      ...ORDERS,
      "--timeout",
      "200ms",
    ]);
    expect({ status, violation, inconclusive }).toEqual({
      status: 3,
      violation: [],
      inconclusive: ["markMessagesAsRead 200"],
    });
    expect(report.results.find((one) => one.status === 200)?.reason).toContain(reason);
  });

  test("an error body that is longer than the client reads", async () => {
    server.become({ notFound: { status: 404, body: { error: ERROR, padding: "x".repeat(100_000) } } });
    expect(await check(server.url)).toMatchObject({
      status: 3,
      violation: [],
      inconclusive: ["markMessagesAsRead 404"],
    });
  });

  test("a server that requires X-Retailer-Id, without --retailer-id", async () => {
    server.become(BANNER);
    expect(await check(server.url)).toMatchObject({
      status: 3,
      violation: [],
      inconclusive: ["markMessagesAsRead 200", "markMessagesAsRead 401", "markMessagesAsRead 404"],
    });
  });

  test.each<[string, Responses["token"]]>([
    ["a token endpoint in maintenance", { status: 503, contentType: null }],
    ["client credentials that are rejected", { status: 401, body: { error: "invalid_client" } }],
    ["a client without permission", { status: 403, body: "no" }],
  ])("%s: requests that need the token are not sent", async (_, token) => {
    server.become({ token });
    const { status, violation, inconclusive, passed } = await check(server.url, ISSUED);
    expect({ status, violation, inconclusive, passed }).toEqual({
      status: 3,
      violation: [],
      inconclusive: ["markMessagesAsRead 200", "markMessagesAsRead 404", "generateAccessToken 200"],
      passed: expect.arrayContaining(["markMessagesAsRead 401"]),
    });
    expect(server.requests.some(({ kind }) => kind === "found" || kind === "notFound")).toBe(false);
  });

  test("a server that cannot be reached", async () => {
    expect(await check(REFUSING_URL)).toMatchObject({ status: 3, passed: [], violation: [] });
  });

  test("an untrusted certificate", async () => {
    const { url } = await start({ tls: { cert, key } });
    expect(await check(url)).toMatchObject({ status: 3, passed: [], violation: [] });
  });

  test("an unknown order that is rejected like an expired token", async () => {
    const expired = { status: 401, body: { error: ERROR } };
    server.become({ found: expired, notFound: expired });
    expect(await check(server.url)).toMatchObject({
      status: 3,
      violation: [],
      inconclusive: ["markMessagesAsRead 200", "markMessagesAsRead 404"],
    });
  });
});

test("a 401 for a token that was just issued is a violation, even if the next token is accepted", async () => {
  const rejected = { status: 401, body: { error: ERROR } };
  server.become({
    found: ({ count }) => (count === 1 ? rejected : { body: FOUND }),
    token: ({ count }) => ({ body: { ...TOKEN, access_token: count === 1 ? GIVEN_TOKEN : ISSUED_TOKEN } }),
  });
  const { status, violation, report } = await check(server.url, ISSUED);
  expect({ status, violation }).toEqual({ status: 1, violation: ["markMessagesAsRead 200"] });
  expect(report.results.find((one) => one.status === 200)?.violations).toEqual([
    expect.objectContaining({ expected: "must be 200, because the access token had just been issued", got: "401" }),
  ]);
});

describe("the statuses of --require statuses must pass", () => {
  test("even one that no live server can be made to send", async () => {
    server.become({});
    const { status, report } = await check(server.url, GIVEN, [...ORDERS, "--require", "200,401,404,429"]);
    expect({ status, unmet: report.unmet, outcome: report.outcome }).toEqual({
      status: 3,
      unmet: [429],
      outcome: "passed",
    });
  });

  test("and the check passes if they did", async () => {
    server.become({});
    expect(await check(server.url, GIVEN, [...ORDERS, "--require", "200,401, 404"])).toMatchObject({ status: 0 });
  });

  test("but a violation is still a violation", async () => {
    server.become({ found: { body: {} } });
    expect(await check(server.url, GIVEN, [...ORDERS, "--require", "200,429"])).toMatchObject({ status: 1 });
  });

  test("a status that was seen by chance counts if its response satisfied the contract", async () => {
    server.become({ found: { status: 403, body: { error: ERROR } } });
    const { status, passed } = await check(server.url);
    expect({ status, passed }).toEqual({
      status: 3,
      passed: ["markMessagesAsRead 401", "markMessagesAsRead 403", "markMessagesAsRead 404"],
    });
  });
});

/** Sends a text one byte at a time. */
async function drip(socket: import("node:net").Socket, text: string): Promise<void> {
  for (const byte of Buffer.from(text)) {
    if (socket.destroyed) return;
    await new Promise((written) => socket.write(Buffer.of(byte), written));
    await new Promise((next) => setTimeout(next, 1));
  }
  socket.end();
}
