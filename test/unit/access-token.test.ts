import { describe, expect, test, vi } from "vitest";
import { AccessTokenError, createChatClient, type AccessTokenRequest, type Fetch } from "../../src/index.js";
import { errorOf } from "../support/error-of.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";

useFakeClock();

const SUCCEEDS = { data: { messages_read_count: 15 } };
const success = () => Response.json({ messages_read_count: 15 });
const never = () => new Promise<never>(() => {});

/** An API that accepts some tokens, and keeps its responses to orders named `held…` until they are released. */
function startApi(...accepted: string[]) {
  const sent: { order: string; token: string }[] = [];
  const held = new Map<string, () => void>();
  const fetch: Fetch = async (url, init) => {
    const token = new Headers(init.headers).get("authorization")?.slice("Bearer ".length) ?? "";
    const order = /chat\/(\w+)/.exec(url)?.[1] ?? "";
    sent.push({ order, token });
    await Promise.resolve();
    if (order.startsWith("held")) await new Promise<void>((resolve) => held.set(`${order} ${token}`, resolve));
    return accepted.includes(token) ? success() : new Response(null, { status: 401 });
  };
  return {
    fetch,
    tokens: () => sent.map(({ token }) => token),
    calls: () => sent.map(({ order, token }) => `${order} ${token}`),
    async release(...names: string[]) {
      for (const name of names) {
        await vi.advanceTimersByTimeAsync(0);
        const response = held.get(name);
        if (!response) throw new Error(`There is no request ${name}, but ${[...held.keys()].join(", ")}`);
        response();
        await vi.advanceTimersByTimeAsync(0);
      }
    },
  };
}

/** A token function that returns "old" at first, then what `refresh` returns. It records what it has to replace. */
function tokenFunction(refresh: () => string | Promise<string>) {
  const refreshes: string[] = [];
  const signals: AbortSignal[] = [];
  const accessToken = ({ rejected, signal }: AccessTokenRequest) => {
    if (rejected === undefined) return "old";
    refreshes.push(rejected);
    signals.push(signal);
    return refresh();
  };
  return Object.assign(accessToken, { refreshes, isAborted: () => signals.map(({ aborted }) => aborted) });
}

/** What a test's token function returns, after 100 ms. */
const later = (token: string) => () => new Promise<string>((resolve) => setTimeout(resolve, 100, token));

/** A client of an API that accepts "good", and its token function. */
function start(refresh: () => string | Promise<string> = later("good"), options: object = {}) {
  const api = startApi("good");
  const accessToken = tokenFunction(refresh);
  return { api, accessToken, chat: createChatClient({ accessToken, fetch: api.fetch, ...options }) };
}

test.each(['a"b', "a'b`c"])("quotes within a token are part of it: %s", async (accessToken) => {
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken, fetch }).markMessagesAsRead("a");
  expect(requests[0]?.headers["authorization"]).toBe(`Bearer ${accessToken}`);
});

test("a token function is called before each call, and not again for its retries", async () => {
  const { fetch, requests } = stubFetch(new Response(null, { status: 503 }), success());
  const asked: AccessTokenRequest[] = [];
  const chat = createChatClient({ accessToken: (request) => `token-${asked.push(request)}`, fetch });
  for (let call = 0; call < 2; call += 1) await settle(chat.markMessagesAsRead("a"));
  const sent = requests.map(({ headers }) => headers["authorization"]);
  expect(sent).toEqual(["Bearer token-1", "Bearer token-1", "Bearer token-2"]);
  expect(asked.map((request) => "rejected" in request)).toEqual([false, false]);
});

test.each([400, 403, 404, 409, 500, 503])("a status %i requests no new token", async (status) => {
  const accessToken = tokenFunction(() => "good");
  const { fetch, requests } = stubFetch(new Response(null, { status }), success());
  expect(await errorOf({ accessToken, fetch })).toMatchObject({ name: "ApiError", httpStatus: status });
  expect([accessToken.refreshes, requests.length]).toEqual([[], 1]);
});

describe("after a 401", () => {
  test.each([0, 2])(
    "the function is called once more with the rejected token, and a different one is sent once, outside of maxRetries: %i",
    async (maxRetries) => {
      const { api, accessToken, chat } = start(async () => "good", { maxRetries });
      const { data, attempts } = await chat.markMessagesAsRead("a");
      expect([data, api.tokens(), accessToken.refreshes]).toEqual([SUCCEEDS.data, ["old", "good"], ["old"]]);
      expect(attempts).toEqual([
        expect.objectContaining({ number: 1, status: 401, error: "ApiError", durationMs: 0 }),
        { operationId: "markMessagesAsRead", orderId: "a", number: 2, status: 200, durationMs: 0 },
      ]);
    },
  );

  test("a new token leaves the number of retries unchanged", async () => {
    const { fetch, requests } = stubFetch(...[401, 503, 503, 503].map((status) => new Response(null, { status })));
    const accessToken = ({ rejected }: AccessTokenRequest) => `after-${rejected}`;
    expect(await settle(errorOf({ accessToken, fetch, maxRetries: 2 }))).toMatchObject({
      value: { httpStatus: 503, attempts: [{ status: 401 }, { status: 503 }, { status: 503 }, { status: 503 }] },
    });
    expect(requests).toHaveLength(4);
  });

  test.each<[string, string | ((request: AccessTokenRequest) => string), string[], asked: number]>([
    ["a second one is an ApiError", ({ rejected }) => (rejected ? "worse" : "bad"), ["bad", "worse"], 2],
    ["the same token is not sent again", () => "bad", ["bad"], 2],
    ["a token that is a string is not sent again", "bad", ["bad"], 0],
  ])("%s", async (_, given, sent, asked) => {
    const { fetch, tokens } = startApi("good");
    const accessToken = typeof given === "string" ? given : vi.fn(given);
    const attempts = sent.map(() => ({ status: 401 }));
    expect(await errorOf({ accessToken, fetch })).toMatchObject({ name: "ApiError", httpStatus: 401, attempts });
    expect([tokens(), typeof accessToken === "string" ? 0 : accessToken.mock.calls.length]).toEqual([sent, asked]);
  });

  test("ten calls rejected at once cause one refresh", async () => {
    const { api, accessToken, chat } = start();
    const calls = Array.from({ length: 10 }, () => chat.markMessagesAsRead("a"));
    expect(await settle(Promise.all(calls))).toMatchObject({ value: Array(10).fill(SUCCEEDS) });
    expect(accessToken.refreshes).toEqual(["old"]);
    expect(api.tokens()).toEqual([...Array<string>(10).fill("old"), ...Array<string>(10).fill("good")]);
  });

  test("a late 401 for a token that has already been replaced causes no refresh", async () => {
    const { api, accessToken, chat } = start(async () => "good");
    const late = chat.markMessagesAsRead("held");
    for (const order of ["a", "b"]) await chat.markMessagesAsRead(order);
    await api.release("held old", "held good");
    await expect(late).resolves.toMatchObject(SUCCEEDS);
    expect(accessToken.refreshes).toEqual(["old"]);
  });

  test("a new token is forgotten with the last call that used the rejected one: the next rejected call refreshes", async () => {
    const { accessToken, chat } = start(() => "good");
    for (const order of ["a", "a"]) await chat.markMessagesAsRead(order);
    expect(accessToken.refreshes).toEqual(["old", "old"]);
  });

  test("one caller's abort does not end the refresh that others wait for", async () => {
    const { accessToken, chat } = start();
    const controller = new AbortController();
    const first = chat.markMessagesAsRead("a", { signal: controller.signal });
    const second = chat.markMessagesAsRead("a");
    first.catch(() => {});
    await vi.advanceTimersByTimeAsync(10);
    controller.abort("mine");
    await expect(first).rejects.toBe("mine");
    expect(await settle(second)).toMatchObject({ status: "fulfilled" });
    expect([accessToken.refreshes, accessToken.isAborted()]).toEqual([["old"], [false]]);
  });

  test("a failed refresh fails all calls that wait for it, each with its own attempts, and the next call tries again", async () => {
    const cause = new Error("no luck");
    const outcomes = [() => Promise.reject(cause), async () => "good"];
    const { accessToken, chat } = start(() => outcomes.shift()?.() ?? never());
    const failed = await Promise.allSettled([chat.markMessagesAsRead("a"), chat.markMessagesAsRead("a")]);
    const errors = failed.map((result) => (result as PromiseRejectedResult).reason as AccessTokenError);
    expect(errors).toMatchObject(Array(2).fill({ name: "AccessTokenError", cause, attempts: [{ status: 401 }] }));
    expect(errors[0]).not.toBe(errors[1]);
    await expect(chat.markMessagesAsRead("a")).resolves.toMatchObject(SUCCEEDS);
    expect(accessToken.refreshes).toEqual(["old", "old"]);
  });

  test("a refresh's signal does not abort once the function has failed, or returned a token", async () => {
    const outcomes = [() => Promise.reject(new Error("m")), async () => "good"];
    const { accessToken, chat } = start(() => outcomes.shift()?.() ?? never());
    await expect(chat.markMessagesAsRead("a")).rejects.toMatchObject({ name: "AccessTokenError" });
    await chat.markMessagesAsRead("a");
    expect(accessToken.isAborted()).toEqual([false, false]);
  });

  test("a caller with less time does not end the refresh that others wait for", async () => {
    const { accessToken, chat } = start();
    const calls = [50, 5000].map((timeoutMs) => chat.markMessagesAsRead("a", { timeoutMs }));
    expect(await settle(Promise.allSettled(calls))).toMatchObject({
      value: [{ reason: { name: "AccessTokenError", attempts: [{ status: 401 }] } }, { status: "fulfilled" }],
    });
    expect(accessToken.refreshes).toEqual(["old"]);
  });

  test("a refresh that nobody waits for any more is aborted, and the next call starts another", async () => {
    const { accessToken, chat } = start(never);
    const controller = new AbortController();
    const calls = [1, 2, 3].map(() => chat.markMessagesAsRead("a", { signal: controller.signal }));
    const settled = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(10);
    expect(accessToken.isAborted()).toEqual([false]);
    controller.abort("mine");
    expect(await settled).toEqual(Array(3).fill({ status: "rejected", reason: "mine" }));
    expect([accessToken.isAborted(), vi.getTimerCount()]).toEqual([[true], 0]);

    await settle(chat.markMessagesAsRead("a"));
    expect(accessToken.refreshes).toEqual(["old", "old"]);
  });

  test.each<[string, () => Promise<string>]>([
    ["was abandoned", never],
    ["failed", () => Promise.reject(new Error("no luck"))],
  ])("a call that is rejected after a refresh %s starts another", async (_, firstRefresh) => {
    const refreshes = [firstRefresh, async () => "good"];
    const { api, accessToken, chat } = start(() => refreshes.shift()?.() ?? Promise.reject(new Error("m")));
    const controller = new AbortController();
    const late = chat.markMessagesAsRead("held");
    const early = Promise.allSettled([chat.markMessagesAsRead("early", { signal: controller.signal })]);
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    expect(await early).toMatchObject([{ status: "rejected" }]);
    await api.release("held old", "held good");
    await expect(late).resolves.toMatchObject(SUCCEEDS);
    expect(accessToken.refreshes).toEqual(["old", "old"]);
  });

  test("a caller that has aborted starts no refresh", async () => {
    const controller = new AbortController();
    const { accessToken, chat } = start(later("good"), { onAttempt: () => controller.abort("mine") });
    await expect(chat.markMessagesAsRead("a", { signal: controller.signal })).rejects.toBe("mine");
    expect(accessToken.refreshes).toEqual([]);
  });

  test("after a new token was rejected, too, no call asks for another one for 10 s", async () => {
    const replacements = ["stale", "good"];
    const { api, chat } = start(async () => replacements.shift() ?? "none");
    await expect(chat.markMessagesAsRead("a")).rejects.toMatchObject({ httpStatus: 401 });
    await vi.advanceTimersByTimeAsync(9_999);
    await expect(chat.markMessagesAsRead("a")).rejects.toMatchObject({ httpStatus: 401, attempts: { length: 1 } });
    await vi.advanceTimersByTimeAsync(1);
    await expect(chat.markMessagesAsRead("a")).resolves.toMatchObject(SUCCEEDS);
    expect(api.tokens()).toEqual(["old", "stale", "old", "old", "good"]);
  });

  test("a new token that was rejected is not sent later either, while a call still uses the one before it", async () => {
    const replacements = ["stale", "good"];
    const { api, chat } = start(async () => replacements.shift() ?? "none", { timeoutMs: 60_000 });
    const held = chat.markMessagesAsRead("held");
    await expect(chat.markMessagesAsRead("a")).rejects.toMatchObject({ httpStatus: 401 });
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(chat.markMessagesAsRead("b")).resolves.toMatchObject(SUCCEEDS);
    await api.release("held old", "held good");
    await expect(held).resolves.toMatchObject(SUCCEEDS);
  });

  test("a new token that was rejected is sent by no call that still waits for its own 401", async () => {
    const { api, accessToken, chat } = start(() => "stale");
    const settled = Promise.allSettled(["held1", "held2", "held3"].map((order) => chat.markMessagesAsRead(order)));
    await api.release("held1 old", "held2 old", "held1 stale", "held3 old", "held2 stale");
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(accessToken.refreshes).toHaveLength(1);
  });

  test("a replacement that is the rejected one is not handed out again, however many calls overlap", async () => {
    const replacements = ["old", "good"];
    const api = startApi("good");
    const fetch: Fetch = async (url, init) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return api.fetch(url, init);
    };
    const { chat } = start(async () => replacements.shift() ?? "good", { fetch });
    const calls: Promise<unknown>[] = [];
    for (let call = 0; call < 10; call += 1) {
      calls.push(chat.markMessagesAsRead("a"));
      calls.at(-1)?.catch(() => {});
      await vi.advanceTimersByTimeAsync(15);
    }
    await vi.advanceTimersByTimeAsync(100);
    const statuses = (await Promise.allSettled(calls)).map(({ status }) => status);
    expect(statuses.slice(4)).toEqual(Array(6).fill("fulfilled"));
  });

  test.each<[string, (user: string) => string, sent: string[]]>([
    ["even if their first one was the same", () => "shared", ["ann ann", "ann shared", "bob bob", "bob shared"]],
    ["and no other's", (user) => `${user}-old`, ["ann ann", "ann ann-old", "bob bob", "bob bob-old"]],
  ])("each user's calls get the user's own new token, %s", async (_, first, sent) => {
    const { fetch, calls } = startApi("ann", "bob");
    const chat = createChatClient({ accessToken: "unused", fetch });
    const functions = new Map(
      ["ann", "bob"].map((user) => [user, async ({ rejected }: AccessTokenRequest) => (rejected ? user : first(user))]),
    );
    const users = ["ann", "bob", "ann", "bob"];
    await Promise.all(users.map((user) => chat.markMessagesAsRead(user, { accessToken: functions.get(user) })));
    expect([...new Set(calls())].sort()).toEqual(sent);
  });
});

describe("a token function that fails is an AccessTokenError, and nothing is sent", () => {
  const boom = new Error("boom");
  const FAILED = "The accessToken function failed: boom";
  const RULE =
    "The accessToken function must return a token of printable ASCII characters, without Bearer, quotes or spaces";

  test.each<[string, () => unknown, message: string, cause?: unknown]>([
    ["it throws", () => thrown(boom), FAILED, boom],
    ["it rejects", () => Promise.reject(boom), FAILED, boom],
    ["it rejects with a string", () => Promise.reject("boom"), FAILED, "boom"],
    ["it gives undefined", () => undefined, `${RULE} (it is undefined)`],
    ["it gives a number", () => 5, `${RULE} (it is number)`],
    ["it gives null", () => null, `${RULE} (it is null)`],
    ["it gives nothing", () => "", RULE],
    ["it gives two words", () => "a b", RULE],
    ["it gives two lines", async () => "a\nb", RULE],
    ["it gives a line", () => "a\n", `${RULE} (it begins or ends with a space or a line break: trim it)`],
    ["it gives a scheme with the token", async () => "Bearer t", `${RULE} (it begins with Bearer: remove it)`],
    ["it gives more than a header can carry", () => "t".repeat(8193), `${RULE} (it has more than 8192 characters)`],
  ])("%s", async (_, given, message, cause) => {
    const { fetch, requests } = stubFetch();
    const error = await errorOf({ accessToken: given as () => string, fetch });
    expect(error).toBeInstanceOf(AccessTokenError);
    expect(error).toMatchObject({ name: "AccessTokenError", message, retryable: false, attempts: [] });
    expect([(error as Error).cause, requests]).toEqual([cause, []]);
  });

  test("with an error of this package, that error is its cause and decides whether it is retryable", async () => {
    const cause = await errorOf({ fetch: async () => new Response(null, { status: 503 }) });
    const error = await errorOf({ accessToken: () => Promise.reject(cause) });
    expect(error).toMatchObject({
      name: "AccessTokenError",
      cause: { httpStatus: 503 },
      retryable: true,
      attempts: [],
    });
    expect((error as Error).cause).toBe(cause);
  });

  test("with an AccessTokenError, it has that error's message and cause", async () => {
    const inner = new AccessTokenError("no credentials", true, boom);
    const error = await errorOf({ accessToken: () => Promise.reject(inner) });
    expect(error).toMatchObject({ name: "AccessTokenError", message: "no credentials", retryable: true, cause: boom });
  });

  function thrown(error: Error): never {
    throw error;
  }
});
