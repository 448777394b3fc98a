import { expect, test } from "vitest";
import type { AccessTokenError } from "../../../src/index.js";
import { createTokenProvider, type TokenStore } from "../../../src/oauth/index.js";
import { settle, useFakeClock, useFakeDigest } from "../../support/fake-clock.js";
import { stubFetch, type StubResponse } from "../../support/stub-fetch.js";
import { tokenServer } from "../../support/token-server.js";

useFakeClock();
useFakeDigest();

const GOOD = { access_token: "token-1", token_type: "Bearer", expires_in: 86_400, created_at: 0 };

const provider = (api: Pick<ReturnType<typeof stubFetch>, "fetch">, store?: TokenStore, timeoutMs = 10_000) =>
  createTokenProvider({
    clientId: "client-1",
    clientSecret: "a-very-secret-secret",
    fetch: api.fetch,
    store,
    timeoutMs,
  });

/** How long it takes to get a token. */
async function durationOf(promise: Promise<string>): Promise<number> {
  const startedAt = performance.now();
  expect((await settle(promise)).status).toBe("fulfilled");
  return performance.now() - startedAt;
}

const RULE = "must be a token of printable ASCII characters, without Bearer, quotes or spaces";

test.each<[string, StubResponse, string, { path: string; message: string }[]]>([
  [
    "a token that no header can carry",
    Response.json({ ...GOOD, access_token: "very\nsecret" }),
    `No access token: The response with status 200 breaks the contract: /access_token ${RULE}`,
    [{ path: "/access_token", message: RULE }],
  ],
  [
    "several fields",
    Response.json({ ...GOOD, access_token: 5, token_type: "very secret" }),
    `No access token: The response with status 200 breaks the contract: /access_token ${RULE}; /token_type must be Bearer`,
    [
      { path: "/access_token", message: RULE },
      { path: "/token_type", message: "must be Bearer" },
    ],
  ],
])(
  "the cause of an AccessTokenError says where the response breaks the contract: %s",
  async (_, response, message, problems) => {
    const error = await provider(stubFetch(response))
      .forClient()()
      .catch((error: unknown) => error as AccessTokenError);
    expect(error).toMatchObject({ name: "AccessTokenError", message, cause: { problems, excerpt: "" } });
  },
);

test("the cause of an AccessTokenError has the attempts that were made", async () => {
  const api = stubFetch(new Response(null, { status: 503 }), Response.json({}));
  const { reason } = (await settle(provider(api).forClient()())) as PromiseRejectedResult;
  expect(reason).toMatchObject({
    name: "AccessTokenError",
    cause: {
      name: "InvalidResponseError",
      attempts: [
        { number: 1, status: 503 },
        { number: 2, status: 200 },
      ],
    },
  });
});

test.each([
  ["invalid_client", " (check the client id and the client secret, and that they belong to this server)"],
  ["invalid_grant", " (check the user id)"],
  ["constructor", ""],
])("an AccessTokenError names the OAuth error %s, and what to check if it is documented: %j", async (error, advice) => {
  const api = stubFetch(Response.json({ error, error_description: "No" }, { status: 400 }));
  const { reason } = (await settle(provider(api).forClient()())) as PromiseRejectedResult;
  const message = `No access token: The API returned status 400: ${error}: No${advice}`;
  expect(reason).toMatchObject({ name: "AccessTokenError", message, cause: { name: "ApiError" } });
});

test("replacing one rejected token never returns another rejected token", async () => {
  const accessToken = provider(tokenServer("token-1", "token-2")).forClient();
  const calls = [accessToken({ rejected: "token-0" }), accessToken({ rejected: "token-1" })];
  expect(await Promise.all(calls)).toEqual(["token-1", "token-2"]);
});

test.each([
  [400, 10],
  [4000, 100],
  [10_000, 250],
  [100_000, 250],
])("with a timeoutMs of %i, a store that hangs delays a call by %i ms, once", async (timeoutMs, expected) => {
  const never = () => new Promise<never>(() => {});
  const accessToken = provider(tokenServer(), { get: never, set: never, delete: never }, timeoutMs).forClient();
  const durationMs = await durationOf(accessToken());
  expect(durationMs).toBeGreaterThanOrEqual(expected);
  expect(durationMs).toBeLessThan(expected + 20);
});

test("garbage in place of a mark does not count as a mark, and nobody waits for it", async () => {
  const store = { get: () => "garbage", set: () => {}, delete: () => {} };
  expect(await durationOf(provider(tokenServer(), store).forClient()())).toBeLessThan(200);
});

/** A store with the names of what is done in it; writing a token takes a while. */
function watchedStore() {
  const events: string[] = [];
  const map = new Map<string, string>();
  const nameOf = (key: string) => (key.endsWith(":asking") ? "the mark" : "the token");
  const store: TokenStore = {
    get: (key) => map.get(key),
    set: async (key, value) => {
      if (nameOf(key) === "the token") await new Promise((resolve) => setTimeout(resolve, 20));
      map.set(key, value);
      events.push(`${nameOf(key)} is there`);
    },
    delete: (key) => {
      map.delete(key);
      events.push(`${nameOf(key)} goes`);
    },
  };
  return { store, events };
}

test("the mark is deleted only after the token is stored, so that others always find one of them", async () => {
  const { store, events } = watchedStore();
  await settle(provider(tokenServer(), store).forClient()());
  await settle(new Promise((resolve) => setTimeout(resolve, 100)));
  expect(events).toEqual(["the mark is there", "the token is there", "the mark goes"]);
});

test("a process that gets its token from the store touches no mark", async () => {
  const { store, events } = watchedStore();
  await settle(provider(tokenServer(), store).forClient()());
  await settle(new Promise((resolve) => setTimeout(resolve, 100)));
  events.length = 0;
  expect(await settle(provider(tokenServer("another"), store).forClient()())).toMatchObject({ value: "token-1" });
  expect(events).toEqual([]);
});

test("a token that expires as it arrives is not stored", async () => {
  const { store, events } = watchedStore();
  const response = () =>
    new Promise<Response>((resolve) => setTimeout(resolve, 1000, Response.json({ ...GOOD, expires_in: 1 })));
  await settle(provider(stubFetch(response), store).forClient()());
  await settle(new Promise((resolve) => setTimeout(resolve, 100)));
  expect(events).toEqual(["the mark is there", "the mark goes"]);
});
