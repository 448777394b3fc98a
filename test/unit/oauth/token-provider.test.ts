import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import {
  createChatClient,
  isChatClientError,
  type AccessTokenError,
  type Attempt,
  type Fetch,
} from "../../../src/index.js";
import { assertUserId, createTokenProvider, type TokenProviderOptions } from "../../../src/oauth/index.js";
import { settle, useFakeClock } from "../../support/fake-clock.js";
import { stubFetch } from "../../support/stub-fetch.js";
import { tokenServer } from "../../support/token-server.js";

useFakeClock();

const SECRET = "a-very-secret-secret";
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

const provider = (fetch: Fetch, options: Partial<TokenProviderOptions> = {}) =>
  createTokenProvider({ clientId: "client-1", clientSecret: SECRET, fetch, ...options });

describe("the token request", () => {
  const common = { client_id: "client-1", client_secret: SECRET, scope: "connect:post_checkout" };

  test("is the documented one: a POST with the credentials in the JSON body, and nowhere else", async () => {
    const api = tokenServer();
    await provider(api.fetch).forClient()();
    expect(api.requests).toEqual([
      expect.objectContaining({
        url: "https://connect.instacart.com/v2/oauth/token",
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          "user-agent": expect.stringMatching(/^instacart-post-checkout-chat\//),
        },
        init: expect.objectContaining({ method: "POST", redirect: "manual" }),
      }),
    ]);
    expect(api.bodies).toEqual([{ grant_type: "client_credentials", ...common }]);
  });

  test.each(["user-123", "Zoë 🛒", "a/b?c", '"\\', "\u{10fffd}", "x".repeat(200_000)])(
    "asserts the user as Base64-encoded UTF-8 JSON: %.20j",
    async (userId) => {
      const api = tokenServer();
      await provider(api.fetch).forUser(userId)();
      const [{ assertion, ...body } = {}] = api.bodies;
      expect(body).toEqual({ grant_type: "fulfillment_user_assertion", ...common });
      expect(Buffer.from(String(assertion), "base64").toString("utf8")).toBe(JSON.stringify({ user_id: userId }));
      expect(Buffer.from(String(assertion), "base64").toString("base64")).toBe(assertion);
    },
  );

  test("goes to the server in the options, with the scope in the options", async () => {
    const api = tokenServer();
    await provider(api.fetch, { baseUrl: "https://example.com/api/", scope: "a,b" }).forClient()();
    expect(api.requests[0]?.url).toBe("https://example.com/api/v2/oauth/token");
    expect(api.bodies[0]).toMatchObject({ scope: "a,b" });
  });

  test("is retried like any other request, each attempt within timeoutMs", async () => {
    const api = tokenServer(
      new Response(null, { status: 503 }),
      () => new Promise<Response>(() => {}),
      Response.json({ access_token: "third", token_type: "Bearer", expires_in: 60, created_at: 0 }),
    );
    expect(await settle(provider(api.fetch, { timeoutMs: 1000 }).forClient()())).toMatchObject({ value: "third" });
    expect(api.requests).toHaveLength(3);
  });
});

describe("callers who need the same token at the same time", () => {
  test("can each stop waiting without affecting the others", async () => {
    const api = tokenServer();
    const accessToken = provider(api.fetch).forClient();
    const controller = new AbortController();
    const first = accessToken({ signal: controller.signal });
    const second = accessToken();
    controller.abort("enough");
    await expect(first).rejects.toBe("enough");
    await expect(second).resolves.toBe("token-1");
    expect(api.requests[0]?.init.signal?.aborted).toBe(false);
  });

  test("abort the request when the last of them stops waiting, and the next caller starts a new one", async () => {
    const api = tokenServer(() => new Promise<Response>(() => {}), "token-2");
    const accessToken = provider(api.fetch).forClient();
    const controllers = [new AbortController(), new AbortController()];
    const calls = controllers.map(({ signal }) => accessToken({ signal }));
    await vi.advanceTimersByTimeAsync(1);
    controllers.forEach((controller) => controller.abort("enough"));
    expect(await Promise.allSettled(calls)).toMatchObject([{ reason: "enough" }, { reason: "enough" }]);
    await expect(accessToken()).resolves.toBe("token-2");
    expect(api.requests.map(({ init }) => init.signal?.aborted)).toEqual([true, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("share a request that started before an abandoned one had ended", async () => {
    let end: (response: Response) => void = () => {};
    const api = tokenServer(
      () => new Promise<Response>((resolve) => (end = resolve)),
      () => new Promise<Response>((resolve) => setTimeout(resolve, 100, tokenResponse({ access_token: "token-2" }))),
    );
    const accessToken = provider(api.fetch).forClient();
    const controller = new AbortController();
    const abandoned = accessToken({ signal: controller.signal });
    await vi.advanceTimersByTimeAsync(1);
    controller.abort("enough");
    await expect(abandoned).rejects.toBe("enough");
    const second = accessToken();
    end(tokenResponse({}));
    await vi.advanceTimersByTimeAsync(1);
    const third = accessToken();
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all([second, third])).toEqual(["token-2", "token-2"]);
    expect(api.requests).toHaveLength(2);
  });

  test("start no request if they have already aborted, and get no token that is in memory", async () => {
    const api = tokenServer();
    const accessToken = provider(api.fetch).forClient();
    const signal = AbortSignal.abort("enough");
    await expect(accessToken({ signal })).rejects.toBe("enough");
    expect(api.requests).toHaveLength(0);
    await accessToken();
    await expect(accessToken({ signal })).rejects.toBe("enough");
  });

  test("all fail if the request fails, and the next caller requests again", async () => {
    const api = tokenServer(new Response(null, { status: 401 }), "token-2");
    const accessToken = provider(api.fetch).forClient();
    const results = await Promise.allSettled([accessToken(), accessToken()]);
    expect(results).toMatchObject([{ reason: { name: "AccessTokenError" } }, { reason: { name: "AccessTokenError" } }]);
    await expect(accessToken()).resolves.toBe("token-2");
    expect(api.requests).toHaveLength(2);
  });
});

test("each user and the client have separate tokens", async () => {
  const api = tokenServer();
  const tokens = provider(api.fetch);
  const ask = () =>
    Promise.all([tokens.forUser("a")(), tokens.forUser("b")(), tokens.forClient()(), tokens.forUser("client")()]);
  expect(await ask()).toEqual(["token-1", "token-2", "token-3", "token-4"]);
  expect(await ask()).toEqual(["token-1", "token-2", "token-3", "token-4"]);
});

describe("a rejected token", () => {
  test("is replaced with one request", async () => {
    const api = tokenServer();
    const accessToken = provider(api.fetch).forClient();
    const rejected = await accessToken();
    const calls = Array.from({ length: 10 }, () => accessToken({ rejected }));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["token-2"]));
    expect(api.requests).toHaveLength(2);
  });

  test("that is no longer the current one changes nothing", async () => {
    const api = tokenServer();
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    await accessToken({ rejected: "token-1" });
    expect(await accessToken({ rejected: "token-1" })).toBe("token-2");
    expect(await accessToken({ rejected: "of long ago" })).toBe("token-2");
    expect(api.requests).toHaveLength(2);
  });

  test("is returned again if the API issues no other", async () => {
    const api = tokenServer("the-same");
    const accessToken = provider(api.fetch).forClient();
    expect(await accessToken()).toBe("the-same");
    expect(await accessToken({ rejected: "the-same" })).toBe("the-same");
    expect(api.requests).toHaveLength(2);
  });

  test.each([undefined, "token-0"])(
    "is not returned by a request that started without knowing of the rejection, but of %j",
    async (rejected) => {
      const accessToken = provider(tokenServer("token-1", "token-2").fetch).forClient();
      const calls = [accessToken({ rejected }), accessToken({ rejected: "token-1" })];
      expect(await Promise.all(calls)).toEqual(["token-1", "token-2"]);
    },
  );

  test("of ten concurrent calls is replaced with one request", async () => {
    const api = tokenServer("old", "new");
    const used: string[] = [];
    const accessToken = provider(api.fetch).forUser("user-1");
    const chat = createChatClient({
      accessToken,
      fetch: async (_, { headers }) => {
        const token = new Headers(headers).get("Authorization") ?? "";
        used.push(token);
        return token === "Bearer new" ? Response.json({ messages_read_count: 1 }) : new Response(null, { status: 401 });
      },
    });
    const calls = Array.from({ length: 10 }, () => chat.markMessagesAsRead("order-1"));
    expect((await Promise.all(calls)).map(({ data }) => data.messages_read_count)).toEqual(Array(10).fill(1));
    expect(used.filter((token) => token === "Bearer old")).toHaveLength(10);
    expect(api.requests).toHaveLength(2);
  });
});

test("at most 10,000 tokens are kept; that of the user who was not asked for the longest is dropped first", async () => {
  const api = tokenServer();
  const tokens = provider(api.fetch);
  for (let user = 0; user < 10_000; user += 1) await tokens.forUser(`user-${user}`)();
  await tokens.forUser("user-0")();
  await tokens.forUser("one more")();
  const before = api.requests.length;
  await tokens.forUser("user-0")();
  await tokens.forUser("user-2")();
  expect(api.requests).toHaveLength(before);
  await tokens.forUser("user-1")();
  expect(api.requests).toHaveLength(before + 1);
}, 60_000);

const jump = (ms: number) => vi.advanceTimersByTime(ms);

describe("a token", () => {
  test.each([
    [0, 0.95],
    [0.5, 0.925],
    [0.999_999, 0.9],
  ])("is reused until a random time in the last 5 to 10 % of its lifetime, then renewed: %d", async (random, part) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    const api = tokenServer();
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    jump(DAY_MS * part - 10);
    await accessToken();
    await vi.advanceTimersByTimeAsync(0);
    expect(api.requests).toHaveLength(1);
    jump(20);
    expect(await accessToken()).toBe("token-1");
    await vi.advanceTimersByTimeAsync(0);
    expect(api.requests).toHaveLength(2);
    expect(await accessToken()).toBe("token-2");
  });

  test("that is being renewed is returned at once, even if the renewal fails", async () => {
    const api = tokenServer("token-1", new Response(null, { status: 403 }), () => new Promise<Response>(() => {}));
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    jump(DAY_MS * 0.96);
    expect(await accessToken()).toBe("token-1");
    expect(await settle(accessToken())).toMatchObject({ value: "token-1" });
    expect(api.requests).toHaveLength(2);
    jump(60_000);
    expect(await accessToken()).toBe("token-1");
    expect(await accessToken()).toBe("token-1");
    expect(api.requests).toHaveLength(3);
  });

  test("whose renewal failed is renewed again after a minute, not at each call", async () => {
    const api = tokenServer("token-1", new Response(null, { status: 403 }), "token-3");
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    jump(DAY_MS * 0.96);
    const ask = async () => {
      await accessToken();
      await vi.advanceTimersByTimeAsync(0);
    };
    await ask();
    await ask();
    jump(59_000);
    await ask();
    expect(api.requests).toHaveLength(2);
    jump(1000);
    await ask();
    expect(api.requests).toHaveLength(3);
    expect(await accessToken()).toBe("token-3");
  });

  test("that is rejected while it is being renewed is replaced by that renewal", async () => {
    const api = tokenServer();
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    jump(DAY_MS * 0.96);
    await accessToken();
    expect(await accessToken({ rejected: "token-1" })).toBe("token-2");
    expect(api.requests).toHaveLength(2);
  });

  test.each<[string, string | Response]>([
    ["returns it again", "token-1"],
    ["fails", new Response(null, { status: 403 })],
  ])("that is rejected while it is being renewed is replaced, even if the renewal %s", async (_, renewal) => {
    const api = tokenServer("token-1", renewal, "token-2");
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    jump(DAY_MS * 0.96);
    await accessToken();
    expect(await accessToken({ rejected: "token-1" })).toBe("token-2");
  });

  test("is renewed at most once a minute, with one attempt of at most 2 s, because an open request keeps a process alive", async () => {
    const signals: AbortSignal[] = [];
    const api = tokenServer("token-1", ({ init }) => {
      signals.push(init.signal as AbortSignal);
      return new Promise<Response>(() => {});
    });
    const accessToken = provider(api.fetch, { timeoutMs: 1_000_000 }).forClient();
    await accessToken();
    jump(DAY_MS * 0.96);
    for (let minute = 0; minute < 3; minute += 1) {
      await accessToken();
      await vi.advanceTimersByTimeAsync(1999);
      expect(signals.map(({ aborted }) => aborted)).toEqual([...Array<boolean>(minute).fill(true), false]);
      await vi.advanceTimersByTimeAsync(1);
      expect(vi.getTimerCount()).toBe(0);
      await vi.advanceTimersByTimeAsync(58_000);
    }
    expect(api.requests).toHaveLength(4);
  });

  test("with a short lifetime gets a second renewal attempt before it expires", async () => {
    const short = { access_token: "token-1", token_type: "Bearer", expires_in: 60, created_at: 0 };
    const api = tokenServer(Response.json(short), new Response(null, { status: 403 }), "token-2");
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    for (const seconds of [57, 2]) {
      jump(seconds * 1000);
      expect(await accessToken()).toBe("token-1");
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(await accessToken()).toBe("token-2");
  });

  test("that is being renewed is still renewed if a caller who joined stops waiting", async () => {
    const api = tokenServer(
      "token-1",
      () => new Promise<Response>((resolve) => setTimeout(resolve, 100, tokenResponse({ access_token: "token-2" }))),
    );
    const accessToken = provider(api.fetch).forClient();
    await accessToken();
    jump(DAY_MS * 0.96);
    await accessToken();
    const controller = new AbortController();
    const joined = accessToken({ rejected: "token-1", signal: controller.signal });
    await vi.advanceTimersByTimeAsync(10);
    controller.abort("enough");
    await expect(joined).rejects.toBe("enough");
    await vi.advanceTimersByTimeAsync(100);
    expect(await accessToken()).toBe("token-2");
    expect(api.requests).toHaveLength(2);
  });

  test("is valid from the time of its request, whatever created_at says", async () => {
    const api = tokenServer(
      () =>
        new Promise<Response>((resolve) =>
          setTimeout(resolve, 5000, tokenResponse({ expires_in: 10, created_at: 9e9 })),
        ),
      "token-2",
    );
    const accessToken = provider(api.fetch).forClient();
    await settle(accessToken());
    jump(5001);
    expect(await accessToken()).toBe("token-2");
  });
});

describe("a token response whose token can be used is read leniently", () => {
  const MINUTE_MS = 60_000;
  test.each<[string, object, number]>([
    ["members that nobody needs are odd", { created_at: "1603897760", scope: null, new: {} }, DAY_MS],
    ["token_type is missing, too", { created_at: 0.5, scope: ["a"], token_type: undefined }, DAY_MS],
    ["token_type is null", { created_at: undefined, token_type: null }, DAY_MS],
    ["token_type is in upper case", { token_type: "BEARER" }, DAY_MS],
    ["expires_in is a text", { expires_in: "3600" }, 3_600_000],
    ["expires_in is a fraction", { expires_in: 1.5 }, 1500],
    ["expires_in is a second", { expires_in: 1 }, 1000],
    ["expires_in is a second longer than documented", { expires_in: 86_401 }, DAY_MS],
    ["expires_in is much longer than documented", { expires_in: "1e300" }, DAY_MS],
    ...[undefined, null, "", " ", "soon", "1h", true, [3600], {}].map((odd): [string, object, number] => [
      `expires_in is ${JSON.stringify(odd)}`,
      { expires_in: odd },
      MINUTE_MS,
    ]),
    ["expires_in is 0, so the token is used once", { expires_in: 0 }, 0],
    ["expires_in is negative, so the token is used once", { expires_in: -1 }, 0],
  ])("%s", async (_, change, lifeMs) => {
    const holder = () => provider(tokenServer(tokenResponse(change), "token-2").fetch).forClient();
    const [early, late] = [holder(), holder()];
    expect(await Promise.all([early(), late()])).toEqual(["token-1", "token-1"]);
    jump(Math.max(0, lifeMs - 1));
    expect(await early()).toBe(lifeMs > 0 ? "token-1" : "token-2");
    jump(1);
    expect(await late()).toBe("token-2");
  });
});

const TOKEN_RULE = "/access_token must be a token of printable ASCII characters, without Bearer, quotes or spaces";
const TYPE_RULE = "/token_type must be Bearer";

test.each<[string, Response, string]>([
  ["no access_token", tokenResponse({ access_token: undefined }), TOKEN_RULE],
  ["an empty access_token", tokenResponse({ access_token: "" }), TOKEN_RULE],
  ["an access_token of an invalid type", tokenResponse({ access_token: 5 }), TOKEN_RULE],
  ["an access_token that no header can carry", tokenResponse({ access_token: "very-secret\nX: y" }), TOKEN_RULE],
  ["another token_type", tokenResponse({ access_token: "very-secret", token_type: "MAC" }), TYPE_RULE],
  ["more than Bearer", tokenResponse({ access_token: "very-secret", token_type: "Bearer x" }), TYPE_RULE],
  ["less than Bearer", tokenResponse({ access_token: "very-secret", token_type: "a Bearer" }), TYPE_RULE],
  ["an empty token_type", tokenResponse({ access_token: "very-secret", token_type: "" }), TYPE_RULE],
  ["a token_type that is no text", tokenResponse({ access_token: "very-secret", token_type: { a: 5 } }), TYPE_RULE],
  [
    "several invalid fields",
    tokenResponse({ access_token: "very secret", token_type: 1 }),
    `${TOKEN_RULE}; ${TYPE_RULE}`,
  ],
  ["not JSON", new Response("very-secret", { headers: { "Content-Type": "application/json" } }), "not JSON"],
  ["another success", tokenResponse({ access_token: "very-secret" }, 201), "201"],
  [
    "a redirect",
    new Response("very-secret", { status: 307, headers: { Location: "https://a.example/#token=very-secret" } }),
    "is a redirect to [redacted]",
  ],
])(
  "a token response that breaks the contract is an AccessTokenError that says where, and is not kept: %s",
  async (_, response, problem) => {
    const accessToken = provider(tokenServer(response, "token-2").fetch).forClient();
    const error = await accessToken().catch((error: unknown) => error as AccessTokenError);
    const { status } = response;
    expect(error).toMatchObject({
      name: "AccessTokenError",
      message: expect.stringMatching(/^No access token: The response with status \d+ breaks the contract: /),
      retryable: false,
      cause: {
        name: "InvalidResponseError",
        httpStatus: status,
        excerpt: "[redacted]",
        attempts: [{ number: 1, status }],
      },
    });
    expect((error as Error).message).toContain(problem);
    expect(show(error)).not.toContain("very-secret");
    expect(await accessToken()).toBe("token-2");
  },
);

test("no error shows the body of a token response, whatever its status is", async () => {
  const records: Attempt[] = [];
  const body = { access_token: "very-secret" };
  const responses = [Response.json(body, { status: 500 }), new Response("very-secret", { status: 403 })];
  for (const response of responses) {
    const settings = { maxRetries: 0, onAttempt: (attempt: Attempt) => void records.push(attempt) };
    const error = await provider(tokenServer(response).fetch, settings)
      .forClient()()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(/^No access token: The API returned status \d+/) });
    expect(show(error)).not.toContain("very-secret");
  }
  expect(records.map(({ message }) => message)).toEqual([
    "The API returned status 500, the body is application/json: [redacted]",
    "The API returned status 403, the body is text/plain: [redacted]",
  ]);
});

describe("the reason why there is no token", () => {
  test.each<[string, Response | Error, object]>([
    [
      "an error of the API",
      Response.json({ error: { message: `no client ${SECRET}`, code: 1 } }, { status: 401 }),
      { retryable: false, cause: { name: "ApiError", httpStatus: 401, attempts: [{ status: 401 }] } },
    ],
    [
      "an API in maintenance",
      new Response(SECRET, { status: 503 }),
      { retryable: true, cause: { name: "ApiError", httpStatus: 503, attempts: [{}, {}, {}] } },
    ],
    [
      "a broken network",
      Object.assign(new TypeError(`fetch failed with ${JSON.stringify({ client_secret: SECRET })}`), { body: SECRET }),
      { retryable: true, cause: { name: "NetworkError" } },
    ],
  ])("%s is the cause of the AccessTokenError, which contains no secret", async (_, response, expected) => {
    const tokens = provider(stubFetch(response).fetch);
    const { reason: error } = (await settle(tokens.forUser("u")())) as PromiseRejectedResult;
    expect(error).toMatchObject({
      name: "AccessTokenError",
      message: expect.stringContaining("No access token: "),
      ...expected,
    });
    expect(isChatClientError(error)).toBe(true);
    expect(show(error)).not.toContain(SECRET);

    const chat = createChatClient({ accessToken: tokens.forUser("u"), timeoutMs: 60_000 });
    const { reason } = (await settle(chat.markMessagesAsRead("order-1"))) as PromiseRejectedResult;
    expect(reason).toMatchObject({ name: "AccessTokenError", attempts: [], ...expected });
    expect(show(reason)).not.toContain(SECRET);
  });

  test.each([
    ["invalid_client", " (check the client id and the client secret, and that they belong to this server)"],
    ["invalid_grant", " (check the user id)"],
    ["constructor", ""],
  ])("%s is named by the message, with what to check if it is documented: %j", async (error, advice) => {
    const api = stubFetch(Response.json({ error, error_description: "No" }, { status: 400 }));
    const { reason } = (await settle(provider(api.fetch).forClient()())) as PromiseRejectedResult;
    const message = `No access token: The API returned status 400: ${error}: No${advice}`;
    expect(reason).toMatchObject({ name: "AccessTokenError", message, cause: { name: "ApiError" } });
  });

  test("has the attempts that were made", async () => {
    const api = stubFetch(new Response(null, { status: 503 }), Response.json({}));
    const { reason } = (await settle(provider(api.fetch).forClient()())) as PromiseRejectedResult;
    const attempts = [{ number: 1, status: 503 }, { number: 2, status: 200 }]; // prettier-ignore
    expect(reason).toMatchObject({ name: "AccessTokenError", cause: { name: "InvalidResponseError", attempts } });
  });

  test("is a TimeoutError if the API hangs", async () => {
    const api = tokenServer(() => new Promise<Response>(() => {}));
    expect(await settle(provider(api.fetch, { timeoutMs: 100 }).forClient()())).toMatchObject({
      reason: { name: "AccessTokenError", cause: { name: "TimeoutError", timeoutMs: 100 } },
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("the provider and its functions show no secret", async () => {
  const tokens = provider(tokenServer("very-secret-token").fetch);
  const accessToken = tokens.forUser("u");
  await accessToken();
  expect(show([tokens, accessToken])).not.toMatch(/very-secret/);
});

describe("an invalid option throws a TypeError that names it, at once", () => {
  test.each<[string, unknown, string]>([
    ["clientId", undefined, "clientId is missing. It must be a non-empty string"],
    ["clientId", "", "clientId must be a non-empty string"],
    ["clientSecret", undefined, "clientSecret is missing. It must be a non-empty string"],
    ["clientSecret", "from-a-file\n", "clientSecret must be a non-empty string of printable ASCII characters"],
    ["clientSecret", "geheim€", "clientSecret must be a non-empty string of printable ASCII characters"],
    ["clientSecret", " ", "clientSecret must be a non-empty string of printable ASCII characters"],
    ["scope", "", "scope must be a non-empty string"],
    ["baseUrl", "http://example.com", "baseUrl must be an https URL without query"],
    ["timeoutMs", 0, "timeoutMs must be an integer from 1 to 2147483647"],
    ["fetch", "fetch", "fetch must be a function"],
    [
      "store",
      { get() {}, set() {} },
      "store must be an object with the methods get, set and delete, such as a Keyv instance",
    ],
    ["store", null, "store must be an object with the methods"],
    [
      "secret",
      "x",
      "secret is not an option; the options are clientId, clientSecret, scope, baseUrl, allowInsecureHttp, headers, timeoutMs, fetch, onAttempt, maxRetries, store, onStoreError",
    ],
  ])("%s: %j", (name, value, message) => {
    const options = { clientId: "client-1", clientSecret: SECRET, [name]: value };
    expect(() => createTokenProvider(options as TokenProviderOptions)).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining(message) }),
    );
  });

  // The rule of order ids: see check-options.
  test.each<[unknown, string]>([
    ["", 'userId must not be empty, white space only, "." or ".."'],
    [undefined, "userId must be a string, not undefined"],
    ["user-1\u200b", "userId must not contain U+200B"],
    ["user-1\n", "userId must not contain U+000A"],
    ["\ud800", "userId must not contain U+D800"],
  ])("userId: %j", (userId, message) => {
    const invalid = expect.objectContaining({ name: "TypeError", message: expect.stringContaining(message) });
    expect(() => provider(tokenServer().fetch).forUser(userId as string)).toThrow(invalid);
    expect(() => assertUserId(userId)).toThrow(invalid);
  });
});

function tokenResponse(change: object, status = 200): Response {
  return Response.json(
    { access_token: "token-1", token_type: "Bearer", expires_in: 86_400, created_at: 0, ...change },
    { status },
  );
}

/** Everything that a log might show. */
function show(value: unknown): string {
  return `${inspect(value, { depth: 20, showHidden: true })} ${JSON.stringify(value)} ${String(value)}`;
}
