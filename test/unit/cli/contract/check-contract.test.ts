import { describe, expect, test } from "vitest";
import type { Target } from "../../../../src/cli/contract/cases.js";
import { checkContract } from "../../../../src/cli/contract/check-contract.js";
import { readCredentials } from "../../../../src/cli/credentials.js";
import type { AccessToken, Fetch } from "../../../../src/index.js";
import { settle, useFakeClock } from "../../../support/fake-clock.js";

useFakeClock();

const TARGET: Target = {
  baseUrl: "https://example.com",
  orderId: "order-1",
  unknownOrderId: "no-such-order",
  retailerId: undefined,
  locale: undefined,
  treatIdsAsInternal: undefined,
  timeoutMs: undefined,
  allowInsecureHttp: undefined,
};
const TOKEN = { access_token: "the-issued-token", token_type: "Bearer", expires_in: 86_400, created_at: 0 };
const RESPONSE_MS = 10;

const found = () => Response.json({ messages_read_count: 15 });
const error = (status: number, message = "no") => Response.json({ error: { message, code: 4000 } }, { status });

/** A server; each kind of request has a response for its first, second and so on, the last one for all others. */
interface Server {
  readonly token?: readonly (() => Response)[];
  readonly found?: readonly (() => Response)[];
  readonly notFound?: readonly (() => Response)[];
}

/** Checks a server that is valid but for the given responses, each of which takes 10 ms. */
async function check(
  server: Server,
  { tokens, secrets = [] }: { tokens?: AccessToken; secrets?: readonly string[] } = {},
) {
  const responses = {
    token: [() => Response.json(TOKEN)],
    found: [found],
    notFound: [() => error(404)],
    unauthorized: [() => error(401)],
    ...server,
  };
  const counts = { token: 0, found: 0, notFound: 0, unauthorized: 0 };
  const send: Fetch = async (url, init) => {
    const isRejected = new Headers(init.headers).get("authorization")?.includes("invalid-token");
    const kind = url.endsWith("/oauth/token")
      ? "token"
      : isRejected
        ? "unauthorized"
        : url.includes("order-1/")
          ? "found"
          : "notFound";
    await new Promise((resolve) => setTimeout(resolve, RESPONSE_MS));
    const list = responses[kind];
    return (list[counts[kind]++] ?? list.at(-1))?.() ?? Response.error();
  };
  const env = { INSTACART_CLIENT_ID: "client", INSTACART_CLIENT_SECRET: "a-client-secret" };
  const source = (options: object) => {
    const { own } = readCredentials({ env }, options);
    return tokens ?? own;
  };
  const outcome = await settle(checkContract(TARGET, source, secrets, send));
  if (outcome.status === "rejected") throw outcome.reason;
  const of = (operationId: string, status: number) =>
    outcome.value.find((result) => result.operationId === operationId && result.status === status);
  return { results: outcome.value, of, mark: (status: number) => of("markMessagesAsRead", status) };
}

test("has a result for each documented status, with the requests that it took and their time", async () => {
  const { results, of, mark } = await check({ found: [() => error(503), found] });
  expect(results.map(({ outcome }) => outcome).toSorted()).toEqual([
    ...results.slice(4).map(() => "not asked"),
    ...Array(4).fill("passed"),
  ]);
  expect(of("generateAccessToken", 200)).toMatchObject({ outcome: "passed", attempts: 1, durationMs: RESPONSE_MS });
  expect(mark(200)).toMatchObject({ outcome: "passed", attempts: 2, violations: [] });
  expect(mark(200)?.durationMs).toBeGreaterThanOrEqual(2 * RESPONSE_MS);
  expect(mark(404)).toEqual({
    operationId: "markMessagesAsRead",
    status: 404,
    outcome: "passed",
    violations: [],
    attempts: 1,
    durationMs: RESPONSE_MS,
  });
});

describe("without an access token", () => {
  const reason = "not sent, because there is no access token";

  test("only the calls that need none are made, and the results of the others say why", async () => {
    const { of, mark } = await check({ token: [() => Response.json({ error: "invalid_client" }, { status: 401 })] });
    expect(of("generateAccessToken", 200)).toMatchObject({ outcome: "inconclusive", attempts: 1 });
    expect(of("generateAccessToken", 401)).toMatchObject({ outcome: "passed" });
    expect(mark(200)).toMatchObject({ outcome: "inconclusive", reason, attempts: 0 });
    expect(mark(404)).toMatchObject({ outcome: "inconclusive", reason, attempts: 0 });
    expect(mark(401)).toMatchObject({ outcome: "passed", attempts: 1 });
  });

  test("because the API fails, it is requested three times", async () => {
    const { of } = await check({ token: [() => new Response(null, { status: 503 })] });
    expect(of("generateAccessToken", 200)).toMatchObject({ outcome: "inconclusive", attempts: 3 });
  });

  test("because the token request got no response, its error is the reason", async () => {
    const { of } = await check({ token: [() => error(403, "no such client")] });
    expect(of("generateAccessToken", 200)?.reason).toContain("The API returned status 403");
  });
});

test("an error that is not one of this package is a bug, and not a result", async () => {
  await expect(check({}, { tokens: () => Promise.reject(new RangeError("a bug")) })).rejects.toThrow("a bug");
});

describe("a response is judged by its own status", () => {
  test("a documented one that was not asked for passes, and its result says what was", async () => {
    const { mark } = await check({ notFound: [() => error(400)] });
    expect(mark(400)).toMatchObject({
      outcome: "passed",
      reason: "seen while requesting an order that does not exist",
    });
    expect(mark(404)).toMatchObject({
      outcome: "violation",
      violations: [{ where: "markMessagesAsRead 404, status", got: "400 with code 4000" }],
    });
    expect(mark(200)).not.toHaveProperty("reason");
  });

  test("one that breaks the contract does not hide that another one was expected", async () => {
    const { mark } = await check({ notFound: [() => Response.json({})] });
    expect(mark(200)).toMatchObject({
      outcome: "violation",
      violations: [{ expected: "must have required property 'messages_read_count'", foundBy: ["spec", "client"] }],
    });
    expect(mark(404)).toMatchObject({ violations: [{ where: "markMessagesAsRead 404, status", got: "200" }] });
  });

  test("one that breaks the contract is reported once, with the attempts of the call", async () => {
    const { mark } = await check({ found: [() => Response.json({ messages_read_count: -1 })] });
    expect(mark(200)?.violations).toHaveLength(1);
    expect(mark(200)).toMatchObject({ attempts: 1, durationMs: RESPONSE_MS });
  });

  test("the client's error is about the last response only", async () => {
    const { mark } = await check({ found: [() => Response.json({}, { status: 429 }), () => Response.json({})] });
    expect(mark(429)?.violations.map(({ foundBy }) => foundBy)).toEqual([["spec"]]);
    expect(mark(200)?.violations.map(({ foundBy }) => foundBy)).toEqual([["spec", "client"]]);
  });
});

test("a token request that is rejected later says nothing about the call that needed the token", async () => {
  const short = () => Response.json({ ...TOKEN, expires_in: 1 });
  const later = () => Response.json({}, { status: 503, headers: { "Retry-After": "2" } });
  const { of, mark } = await check({ token: [short, () => error(401)], found: [later, found] });
  expect(of("generateAccessToken", 200)).toMatchObject({ outcome: "passed" });
  expect(mark(200)).toMatchObject({ outcome: "passed" });
  expect(mark(404)).toMatchObject({ outcome: "inconclusive", violations: [] });
});

describe("no result shows", () => {
  test("a secret that was given", async () => {
    const { mark } = await check(
      { found: [() => Response.json({ messages_read_count: "the-secret" })] },
      { secrets: ["the-secret"] },
    );
    expect(mark(200)?.violations[0]?.got).toBe('"[redacted]"');
  });

  test("a token that the server issued, even one that a later response shows", async () => {
    const { mark } = await check({ found: [() => Response.json({ messages_read_count: TOKEN.access_token })] });
    expect(mark(200)?.violations[0]?.got).toBe('"[redacted]"');
  });
});
