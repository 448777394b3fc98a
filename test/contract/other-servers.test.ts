import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { ContractReport } from "../../src/cli/contract/report.js";
import { CLIENT_SECRET, ERROR, FOUND, GIVEN_TOKEN, ISSUED_TOKEN, ORDERS, TOKEN } from "../support/flawed-server.js";
import { startFlawedServer, type FlawedResponse, type FlawedServer, type Responses } from "../support/flawed-server.js";
import { inFrontCases } from "../support/in-front.js";
import { REFUSING_URL } from "../support/fault-server.js";
import { runCommand } from "../support/run-command.js";
import { cert, key } from "../support/self-signed.js";

// Two processors that others use, too, take their time.
vi.setConfig({ testTimeout: 30_000 });

const GIVEN = { INSTACART_ACCESS_TOKEN: GIVEN_TOKEN };
const ISSUED = { INSTACART_CLIENT_ID: "client-123", INSTACART_CLIENT_SECRET: CLIENT_SECRET };

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

/** Has the command check a server, and returns its exit status and what has each outcome. */
async function check(url: string, env: Record<string, string> = GIVEN, ...options: string[]) {
  vi.spyOn(Math, "random").mockReturnValue(0); // No time passes between two attempts.
  const args = ["contract", "--base-url", url, "--reporter", "json", ...ORDERS, ...options];
  const { status, stdout, stderr } = await runCommand(args, env);
  for (const secret of [GIVEN_TOKEN, ISSUED_TOKEN, CLIENT_SECRET]) expect(stdout + stderr).not.toContain(secret);
  const report = JSON.parse(stdout) as ContractReport;
  const by = (outcome: string) =>
    report.results
      .filter((result) => result.outcome === outcome)
      .map(({ operationId, status }) => `${operationId} ${status}`);
  return { status, report, passed: by("passed"), inconclusive: by("inconclusive"), violation: by("violation") };
}

const JSON_FOUND = JSON.stringify(FOUND);
const GZIP = { body: gzipSync(JSON_FOUND), headers: { "Content-Encoding": "gzip" } };
const LENGTH = "Content-Length: 26";
const CLOSE = "Connection: close";
const raw = (text: string): Partial<Responses> => ({ found: { raw: (socket) => socket.end(text) } });
const head = (version: string, ...headers: string[]) =>
  [`HTTP/${version} 200 OK`, "Content-Type: application/json", ...headers, "", ""].join("\r\n");
const SLOW = head("1.1", LENGTH, CLOSE) + JSON_FOUND;
const chunked = `${head("1.1", "Transfer-Encoding: chunked", CLOSE)}1a\r\n${JSON_FOUND}\r\n0\r\n\r\n`;
const SEVERAL = { message: "m", code: 9999, errors: [{ error: ERROR }] };
const notFound = (more: object) => ({ notFound: { status: 404, body: { error: ERROR, ...more } } });

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
    ["if it sends a field beyond doubles", { found: { body: '{"messages_read_count":15,"id":9223372036854775807}' } }],
    ["if it sends a charset", { found: { body: FOUND, contentType: 'Application/JSON; Charset="UTF-8"' } }],
    ["if it sends its type twice", { found: { body: FOUND, contentType: "application/json, application/json" } }],
    ["if it sends gzip", { found: GZIP }],
    ["if it sends new fields in an error", notFound({ error: { ...ERROR, id: 1 }, meta: {}, id: 1 })],
    ["if it sends meta in an error", notFound({ meta: { key: "order_id", id: 1 } })],
    ["if it sends several errors", { unauthorized: { status: 401, body: { error: SEVERAL } } }],
    ["if it echoes the token in a header", { found: { body: FOUND, headers: { "X-Echo": GIVEN_TOKEN } } }],
    ["if it echoes the token in an error", notFound({ error: { ...ERROR, message: `Bearer ${GIVEN_TOKEN}` } })],
    ["if it speaks HTTP/1.0", raw(head("1.0", LENGTH) + JSON_FOUND)],
    ["if its body ends with the connection", raw(head("1.1", CLOSE) + JSON_FOUND)],
    ["if it sends chunks", raw(chunked)],
    ["if it sends its response byte by byte", { found: { raw: (socket) => drip(socket, SLOW) } }],
    ["if it resets idle connections between two calls", { found: { raw: resetAfterResponse } }],
    ["if it closes the connection after each response", { found: { body: FOUND, headers: { Connection: "close" } } }],
  ])("%s", async (_, responses) => {
    server.become(responses);
    const { status, passed, report } = await check(server.url);
    expect({ status, passed, outcome: report.outcome }).toEqual({ status: 0, passed: PASSED, outcome: "passed" });
  });

  test("if it responds late, within the time limit", async () => {
    server.become({ found: { body: FOUND, delayMs: 300 } });
    expect(await check(server.url, GIVEN, "--timeout", "5s")).toMatchObject({ status: 0, passed: PASSED });
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
    const result = await check(server.url, GIVEN, "--retailer-id", "banner-1");
    expect(result).toMatchObject({ status: 0, passed: PASSED });
  });

  test("if it issues an access token, which is checked, too", async () => {
    server.become({ token: { body: { ...TOKEN, scope: undefined, refresh_token: null } } });
    const { status, passed } = await check(server.url, ISSUED);
    expect({ status, passed }).toEqual({ status: 0, passed: [...PASSED, "generateAccessToken 200"] });
  });

  test("if it has a base path", async () => {
    server.become({});
    const result = await check(`${server.url}/gateway/instacart/`, ISSUED);
    expect(result).toMatchObject({ status: 0, violation: [], inconclusive: [] });
    expect(new Set(server.requests().map(({ basePath }) => basePath))).toEqual(new Set(["/gateway/instacart"]));
  });

  test("if it listens on IPv6", async () => {
    const { url } = await start({ host: "::1" });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await check(url, ISSUED)).toMatchObject({ status: 0, violation: [], inconclusive: [] });
  });
});

const NO_BANNER = {
  status: 400,
  body: { error: { message: "is missing", code: 1001 }, meta: { key: "X-Retailer-Id" } },
};
const withBanner =
  (response: FlawedResponse): Responses["found"] =>
  ({ headers }) =>
    headers["x-retailer-id"] ? response : NO_BANNER;
const BANNER: Partial<Responses> = {
  found: withBanner({ body: FOUND }),
  notFound: withBanner({ status: 404, body: { error: ERROR } }),
  unauthorized: withBanner({ status: 401, body: { error: { message: "m", code: 1 } } }),
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
    const violation = ["markMessagesAsRead 401", "markMessagesAsRead 404"];
    expect(await check(server.url)).toMatchObject({ status: 1, violation });
  });
});

describe("what proves nothing about the contract is inconclusive, with exit status 3, and not a violation", () => {
  const error = (status: number, body = ERROR) => ({ status, body: { error: body } });
  const limited = error(429, { message: "Too many requests", code: 429 });
  const rejected = "the request was rejected: The API returned status";
  const expired = "the access token was rejected; it may have expired: The API returned status 401";
  const slow = head("1.1", "Content-Length: 9999") + " ".repeat(9999);

  test.each<[string, FlawedResponse, string]>([
    ["a rate limit", limited, "The API returned status 429: Too many requests (code 429) (3 attempts)"],
    ["a long Retry-After", { ...limited, headers: { "Retry-After": "3600" } }, "429: Too many requests (code 429)"],
    ["500", { status: 500, contentType: null }, "500"],
    ["503", { status: 503, contentType: null }, "503"],
    ["408", error(408, { message: "idle", code: 408 }), "408"],
    ["no response", { raw: () => {} }, "within 200 ms (3 attempts)"],
    ["headers only, and then nothing", { raw: (socket) => socket.write(head("1.1", LENGTH)) }, "within 200 ms"],
    ["a body that comes too slowly", { raw: (socket) => drip(socket, slow) }, "within 200 ms"],
    ["a reset connection", { raw: (socket) => socket.resetAndDestroy() }, "The network failed"],
    ["a lost body", { raw: (socket) => socket.end(`${head("1.1", LENGTH)}{"messages`) }, "The network failed"],
    ["an order that the token does not reach", error(404), `${rejected} 404`],
    ["a caller without permission", error(403), `${rejected} 403`],
    ["a given access token that has expired", error(401), expired],
    [
      "an order that needs its user's token",
      error(400, { message: "User ID not found", code: 4001 }),
      `${rejected} 400: User ID not found (code 4001)`,
    ],
  ])("%s", async (_, found, reason) => {
    server.become({ found });
    const { report, ...result } = await check(server.url, GIVEN, "--timeout", "200ms");
    expect(result).toMatchObject({ status: 3, violation: [], inconclusive: ["markMessagesAsRead 200"] });
    expect(report.results.find((one) => one.status === 200)?.reason).toContain(reason);
  });

  test("an error body that is longer than the client reads", async () => {
    server.become(notFound({ padding: "x".repeat(100_000) }));
    const inconclusive = ["markMessagesAsRead 404"];
    expect(await check(server.url)).toMatchObject({ status: 3, violation: [], inconclusive });
  });

  test("a server that requires X-Retailer-Id, without --retailer-id", async () => {
    server.become(BANNER);
    const inconclusive = ["markMessagesAsRead 200", "markMessagesAsRead 401", "markMessagesAsRead 404"];
    expect(await check(server.url)).toMatchObject({ status: 3, violation: [], inconclusive });
  });

  test.each<[string, Responses["token"]]>([
    ["a token endpoint in maintenance", { status: 503, contentType: null }],
    ["client credentials that are rejected", { status: 401, body: { error: "invalid_client" } }],
    ["a client without permission", { status: 403, body: "no" }],
  ])("%s: requests that need the token are not sent", async (_, token) => {
    server.become({ token });
    const { passed, ...result } = await check(server.url, ISSUED);
    const inconclusive = ["markMessagesAsRead 200", "markMessagesAsRead 404", "generateAccessToken 200"];
    expect(result).toMatchObject({ status: 3, violation: [], inconclusive });
    expect(passed).toContain("markMessagesAsRead 401");
    expect(server.requests().some(({ kind }) => kind === "found" || kind === "notFound")).toBe(false);
  });

  test("a server that cannot be reached", async () => {
    expect(await check(REFUSING_URL)).toMatchObject({ status: 3, passed: [], violation: [] });
  });

  test("an untrusted certificate", async () => {
    const { url } = await start({ tls: { cert, key } });
    expect(await check(url)).toMatchObject({ status: 3, passed: [], violation: [] });
  });

  test("an unknown order that is rejected like an expired token", async () => {
    server.become({ found: error(401), notFound: error(401) });
    const inconclusive = ["markMessagesAsRead 200", "markMessagesAsRead 404"];
    expect(await check(server.url)).toMatchObject({ status: 3, violation: [], inconclusive });
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
    const result = await check(server.url, GIVEN, "--require", "200,401,404,429");
    expect(result).toMatchObject({ status: 3, report: { unmet: [429], outcome: "passed" } });
  });

  test("and the check passes if they did", async () => {
    server.become({});
    expect(await check(server.url, GIVEN, "--require", "200,401, 404")).toMatchObject({ status: 0 });
  });

  test("but a violation is still a violation", async () => {
    server.become({ found: { body: {} } });
    expect(await check(server.url, GIVEN, "--require", "200,429")).toMatchObject({ status: 1 });
  });

  test("a status that was seen by chance counts if its response satisfied the contract", async () => {
    server.become({ found: { status: 403, body: { error: ERROR } } });
    const passed = ["markMessagesAsRead 401", "markMessagesAsRead 403", "markMessagesAsRead 404"];
    expect(await check(server.url)).toMatchObject({ status: 3, passed });
  });
});

/** Sends a text one byte at a time. */
function drip(socket: Socket, text: string): void {
  if (text === "" || socket.destroyed) socket.end();
  else socket.write(text.charAt(0), () => setTimeout(drip, 1, socket, text.slice(1)));
}

function resetAfterResponse(socket: Socket): void {
  socket.write(head("1.1", LENGTH) + JSON_FOUND, () => setImmediate(() => socket.resetAndDestroy()));
}

test("errors of another shape are the API's own if it issued the token, unless something in front is in trouble", async () => {
  const own = (status: number) => ({ status, body: { message: "no" } });
  server.become({ found: own(404), notFound: own(404), unauthorized: own(401) });
  expect(await check(server.url, ISSUED)).toMatchObject({ status: 1, passed: ["generateAccessToken 200"] });
  server.become({ found: own(503), notFound: own(503), unauthorized: own(401) });
  expect(await check(server.url, ISSUED)).toMatchObject({ status: 3, violation: [] });
});
