import { describe, expect, test, vi } from "vitest";
import { AccessTokenError, ApiError, createChatClient, type AccessTokenRequest, type Fetch } from "../../src/index.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";

useFakeClock();

test.each(['a"b', "a'b`c"])("quotes within a token are part of it: %s", async (accessToken) => {
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken, fetch }).markMessagesAsRead("a");
  expect(requests[0]?.headers["authorization"]).toBe(`Bearer ${accessToken}`);
});

test("a token function is called before each call, and not again for its retries", async () => {
  const { fetch, requests } = stubFetch(
    new Response(null, { status: 503 }),
    Response.json({ messages_read_count: 15 }),
  );
  const asked: AccessTokenRequest[] = [];
  const chat = createChatClient({ accessToken: (request) => `token-${asked.push(request)}`, fetch });
  await settle(chat.markMessagesAsRead("a"));
  await settle(chat.markMessagesAsRead("a"));
  expect(requests.map(({ headers }) => headers["authorization"])).toEqual([
    "Bearer token-1",
    "Bearer token-1",
    "Bearer token-2",
  ]);
  expect(asked.map((request) => "rejected" in request)).toEqual([false, false]);
});

describe("after a 401", () => {
  test.each([0, 2])(
    "the function is called once more with the rejected token, and a different one is sent once, outside of maxRetries: %i",
    async (maxRetries) => {
      const api = server("good");
      const chat = createChatClient({
        accessToken: ({ rejected }) => (rejected === "old" ? "good" : "old"),
        fetch: api.fetch,
        maxRetries,
      });
      const { data, attempts } = await chat.markMessagesAsRead("a");
      expect(data).toEqual({ messages_read_count: 15 });
      expect(api.tokens).toEqual(["old", "good"]);
      expect(attempts).toEqual([
        expect.objectContaining({ number: 1, status: 401, error: "ApiError", durationMs: 0 }),
        { operationId: "markMessagesAsRead", orderId: "a", number: 2, status: 200, durationMs: 0 },
      ]);
    },
  );

  test("a new token leaves the number of retries unchanged", async () => {
    const { fetch, requests } = stubFetch(...[401, 503, 503, 503].map((status) => new Response(null, { status })));
    const result = await settle(
      createChatClient({ accessToken: ({ rejected }) => `after-${rejected}`, fetch }).markMessagesAsRead("a"),
    );
    expect(result).toMatchObject({
      reason: { httpStatus: 503, attempts: [{ status: 401 }, { status: 503 }, { status: 503 }, { status: 503 }] },
    });
    expect(requests).toHaveLength(4);
  });

  test("a second 401 is an ApiError", async () => {
    const api = server("good");
    const accessToken = vi.fn(({ rejected }: AccessTokenRequest) => (rejected === undefined ? "bad" : "worse"));
    const call = createChatClient({ accessToken, fetch: api.fetch }).markMessagesAsRead("a");
    await expect(call).rejects.toMatchObject({
      name: "ApiError",
      httpStatus: 401,
      attempts: [{ status: 401 }, { status: 401 }],
    });
    expect([api.tokens, accessToken.mock.calls.length]).toEqual([["bad", "worse"], 2]);
  });

  test("the same token is not sent again", async () => {
    const api = server("good");
    const accessToken = vi.fn(() => "bad");
    const call = createChatClient({ accessToken, fetch: api.fetch }).markMessagesAsRead("a");
    await expect(call).rejects.toMatchObject({ name: "ApiError", httpStatus: 401, attempts: [{ status: 401 }] });
    expect([api.tokens, accessToken.mock.calls.length]).toEqual([["bad"], 2]);
  });

  test("a token that is a string is not sent again", async () => {
    const api = server("good");
    await expect(
      createChatClient({ accessToken: "bad", fetch: api.fetch }).markMessagesAsRead("a"),
    ).rejects.toBeInstanceOf(ApiError);
    expect(api.tokens).toEqual(["bad"]);
  });

  test("ten calls rejected at once cause one refresh", async () => {
    const api = server("good");
    const accessToken = tokens("old", later("good"));
    const chat = createChatClient({ accessToken, fetch: api.fetch });
    const calls = Array.from({ length: 10 }, () => chat.markMessagesAsRead("a"));
    const { status, value } = (await settle(Promise.all(calls))) as PromiseFulfilledResult<unknown[]>;
    expect([status, value.length]).toEqual(["fulfilled", 10]);
    expect(accessToken.refreshes).toEqual(["old"]);
    expect(api.tokens).toEqual([...Array<string>(10).fill("old"), ...Array<string>(10).fill("good")]);
  });

  test("a late 401 for a token that has already been replaced causes no refresh", async () => {
    const api = server("good");
    const accessToken = tokens("old", async () => "good");
    const { fetch, release } = holdLate(api.fetch);
    const chat = createChatClient({ accessToken, fetch });
    const late = chat.markMessagesAsRead("late");
    await chat.markMessagesAsRead("early");
    release();
    await expect(late).resolves.toMatchObject({ data: { messages_read_count: 15 } });
    expect(accessToken.refreshes).toEqual(["old"]);
  });

  test("one caller's abort does not end the refresh that others wait for", async () => {
    const api = server("good");
    const signals: AbortSignal[] = [];
    const accessToken = tokens("old", later("good"), signals);
    const chat = createChatClient({ accessToken, fetch: api.fetch });
    const controller = new AbortController();
    const first = chat.markMessagesAsRead("a", { signal: controller.signal });
    const second = chat.markMessagesAsRead("a");
    first.catch(() => {});
    await vi.advanceTimersByTimeAsync(10);
    controller.abort("mine");
    await expect(first).rejects.toBe("mine");
    expect(await settle(second)).toMatchObject({ status: "fulfilled" });
    expect([accessToken.refreshes, signals.map(({ aborted }) => aborted)]).toEqual([["old"], [false]]);
  });

  test("a failed refresh fails all calls that wait for it, each with its own attempts, and the next call tries again", async () => {
    const api = server("good");
    const cause = new Error("no luck");
    let fails = true;
    const accessToken = tokens("old", async () => {
      if (fails) throw cause;
      return "good";
    });
    const chat = createChatClient({ accessToken, fetch: api.fetch });
    const failed = await Promise.allSettled([chat.markMessagesAsRead("a"), chat.markMessagesAsRead("a")]);
    const errors = failed.map((result) => (result as PromiseRejectedResult).reason as AccessTokenError);
    expect(errors).toMatchObject(Array(2).fill({ name: "AccessTokenError", cause, attempts: [{ status: 401 }] }));
    expect(errors[0]).not.toBe(errors[1]);

    fails = false;
    await expect(chat.markMessagesAsRead("a")).resolves.toMatchObject({ data: { messages_read_count: 15 } });
    expect(accessToken.refreshes).toEqual(["old", "old"]);
  });

  test("a caller with less time does not end the refresh that others wait for", async () => {
    const api = server("good");
    const accessToken = tokens("old", later("good"));
    const chat = createChatClient({ accessToken, fetch: api.fetch });
    const hasty = chat.markMessagesAsRead("a", { timeoutMs: 50 });
    const patient = chat.markMessagesAsRead("a", { timeoutMs: 5000 });
    expect(await settle(Promise.allSettled([hasty, patient]))).toMatchObject({
      value: [{ reason: { name: "AccessTokenError", attempts: [{ status: 401 }] } }, { status: "fulfilled" }],
    });
    expect(accessToken.refreshes).toEqual(["old"]);
  });

  test("a refresh that nobody waits for any more is aborted, and the next call starts another", async () => {
    const api = server("good");
    const signals: AbortSignal[] = [];
    const accessToken = tokens("old", () => new Promise(() => {}), signals);
    const chat = createChatClient({ accessToken, fetch: api.fetch });
    const controller = new AbortController();
    const calls = [1, 2, 3].map(() => chat.markMessagesAsRead("a", { signal: controller.signal }));
    const settled = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(10);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    controller.abort("mine");
    expect(await settled).toEqual(Array(3).fill({ status: "rejected", reason: "mine" }));
    expect([signals.map(({ aborted }) => aborted), vi.getTimerCount()]).toEqual([[true], 0]);

    await settle(chat.markMessagesAsRead("a"));
    expect(accessToken.refreshes).toEqual(["old", "old"]);
  });

  test.each<[string, () => Promise<string>]>([
    ["was abandoned", () => new Promise(() => {})],
    ["failed", () => Promise.reject(new Error("no luck"))],
  ])("a call that is rejected after a refresh %s starts another", async (_, firstRefresh) => {
    const api = server("good");
    const refreshes = [firstRefresh, async () => "good"];
    const accessToken = tokens("old", () => refreshes.shift()?.() ?? Promise.reject(new Error("m")));
    const { fetch, release } = holdLate(api.fetch);
    const chat = createChatClient({ accessToken, fetch });
    const controller = new AbortController();
    const late = chat.markMessagesAsRead("late");
    const early = Promise.allSettled([chat.markMessagesAsRead("early", { signal: controller.signal })]);
    await vi.advanceTimersByTimeAsync(10);
    controller.abort();
    expect(await early).toMatchObject([{ status: "rejected" }]);
    release();
    await expect(late).resolves.toMatchObject({ data: { messages_read_count: 15 } });
    expect(accessToken.refreshes).toEqual(["old", "old"]);
  });

  test("a caller that has aborted starts no refresh", async () => {
    const accessToken = tokens("old", async () => "good");
    const controller = new AbortController();
    const onAttempt = () => controller.abort("mine");
    const chat = createChatClient({ accessToken, fetch: server("good").fetch, onAttempt });
    await expect(chat.markMessagesAsRead("a", { signal: controller.signal })).rejects.toBe("mine");
    expect(accessToken.refreshes).toEqual([]);
  });

  test("after a new token was rejected, too, no call asks for another one for 10 s", async () => {
    const api = server("good");
    const replacements = ["stale", "good"];
    const accessToken = tokens("old", async () => replacements.shift() ?? "none");
    const chat = createChatClient({ accessToken, fetch: api.fetch });
    await expect(chat.markMessagesAsRead("a")).rejects.toMatchObject({ httpStatus: 401 });
    await vi.advanceTimersByTimeAsync(9_999);
    await expect(chat.markMessagesAsRead("a")).rejects.toMatchObject({ httpStatus: 401, attempts: { length: 1 } });
    await vi.advanceTimersByTimeAsync(1);
    await expect(chat.markMessagesAsRead("a")).resolves.toMatchObject({ data: { messages_read_count: 15 } });
    expect(api.tokens).toEqual(["old", "stale", "old", "old", "good"]);
  });

  test("a replacement that is the rejected one is not handed out again, however many calls overlap", async () => {
    const replacements = ["old", "good"];
    const api = server("good");
    const accessToken = tokens("old", async () => replacements.shift() ?? "good");
    const fetch: Fetch = async (url, init) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return api.fetch(url, init);
    };
    const chat = createChatClient({ accessToken, fetch });
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

  test("users whose first token is the same still get their own new ones", async () => {
    const sent: string[] = [];
    const fetch: Fetch = async (url, init) => {
      const token = new Headers(init.headers).get("authorization");
      sent.push(`${/chat\/(\w+)/.exec(url)?.[1]} ${token}`);
      return token === "Bearer shared"
        ? new Response(null, { status: 401 })
        : Response.json({ messages_read_count: 1 });
    };
    const chat = createChatClient({ accessToken: "unused", fetch });
    const forUser = (user: string) => ({
      accessToken: async ({ rejected }: AccessTokenRequest) => (rejected ? user : "shared"),
    });
    await Promise.all(["ann", "bob"].map((user) => chat.markMessagesAsRead(user, forUser(user))));
    expect(sent.sort()).toEqual(["ann Bearer ann", "ann Bearer shared", "bob Bearer bob", "bob Bearer shared"]);
  });

  test("one user's new token is never sent with another user's call", async () => {
    const sent: string[] = [];
    const fetch: Fetch = async (url, init) => {
      const token = new Headers(init.headers).get("authorization") ?? "";
      sent.push(`${/chat\/(\w+)/.exec(url)?.[1]} ${token}`);
      return token.endsWith("new") ? Response.json({ messages_read_count: 15 }) : new Response(null, { status: 401 });
    };
    const chat = createChatClient({ accessToken: "unused", fetch });
    const forUser = (user: string) => ({
      accessToken: async ({ rejected }: AccessTokenRequest) => (rejected ? `${user}-new` : `${user}-old`),
    });
    await Promise.all(["ann", "bob", "ann", "bob"].map((user) => chat.markMessagesAsRead(user, forUser(user))));
    expect(new Set(sent)).toEqual(
      new Set(["ann Bearer ann-old", "ann Bearer ann-new", "bob Bearer bob-old", "bob Bearer bob-new"]),
    );
  });
});

describe("a token function that fails is an AccessTokenError, and nothing is sent", () => {
  const boom = new Error("boom");
  test.each<[string, () => string | Promise<string>, Record<string, unknown>]>([
    [
      "it throws",
      () => {
        throw boom;
      },
      { message: "The accessToken function failed: boom", cause: boom, retryable: false },
    ],
    [
      "it rejects",
      () => Promise.reject(boom),
      { message: "The accessToken function failed: boom", cause: boom, retryable: false },
    ],
    [
      "it rejects with a string",
      () => Promise.reject("boom"),
      { message: "The accessToken function failed: boom", cause: "boom" },
    ],
    [
      "it gives undefined",
      () => undefined as unknown as string,
      { message: expect.stringContaining("must return a token of printable ASCII") },
    ],
    [
      "it gives a number",
      () => 5 as unknown as string,
      { message: expect.stringContaining("must return a token of printable ASCII") },
    ],
    [
      "it gives more than a header line can carry",
      () => "t".repeat(8193),
      { message: expect.stringContaining("it has more than 8192 characters") },
    ],
    ["it gives nothing", () => "", { message: expect.stringContaining("must return a token of printable ASCII") }],
    [
      "it gives a scheme with the token",
      async () => "Bearer t",
      { message: expect.stringContaining("without Bearer") },
    ],
    [
      "it gives two lines",
      async () => "a\nb",
      { message: expect.stringContaining("must return a token of printable ASCII") },
    ],
  ])("%s", async (_, accessToken, expected) => {
    const { fetch, requests } = stubFetch();
    const error = await createChatClient({ accessToken, fetch })
      .markMessagesAsRead("a")
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(AccessTokenError);
    expect(error).toMatchObject({ name: "AccessTokenError", attempts: [], ...expected });
    expect(requests).toEqual([]);
  });

  test("with an error of this package, that error is its cause and decides whether it is retryable", async () => {
    const cause = await createChatClient({
      accessToken: "t",
      fetch: async () => new Response(null, { status: 503 }),
      maxRetries: 0,
    })
      .markMessagesAsRead("a")
      .catch((error: unknown) => error);
    const error = await createChatClient({ accessToken: () => Promise.reject(cause) })
      .markMessagesAsRead("a")
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      name: "AccessTokenError",
      cause: expect.objectContaining({ httpStatus: 503 }),
      retryable: true,
      attempts: [],
    });
    expect((error as Error).cause).toBe(cause);
  });

  test("with an AccessTokenError, it has that error's message and cause", async () => {
    const inner = new AccessTokenError("no credentials", true, boom);
    const error = await createChatClient({ accessToken: () => Promise.reject(inner) })
      .markMessagesAsRead("a")
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "AccessTokenError", message: "no credentials", retryable: true, cause: boom });
  });
});

/** An API that accepts one token. */
function server(accepted: string): { fetch: Fetch; tokens: string[] } {
  const tokens: string[] = [];
  const fetch: Fetch = async (_, init) => {
    const token = new Headers(init.headers).get("authorization")?.slice("Bearer ".length) ?? "";
    tokens.push(token);
    await Promise.resolve();
    return token === accepted ? Response.json({ messages_read_count: 15 }) : new Response(null, { status: 401 });
  };
  return { fetch, tokens };
}

/** Holds back what the order "late" is rejected with, until it is released. */
function holdLate(fetch: Fetch): { fetch: Fetch; release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const holding: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (url.includes("late") && response.status === 401) await released;
    return response;
  };
  return { fetch: holding, release };
}

/** A token function that records which tokens it should replace. */
function tokens(first: string, refresh: () => Promise<string>, signals: AbortSignal[] = []) {
  const refreshes: string[] = [];
  const accessToken = ({ rejected, signal }: AccessTokenRequest) => {
    if (rejected === undefined) return first;
    refreshes.push(rejected);
    signals.push(signal);
    return refresh();
  };
  return Object.assign(accessToken, { refreshes });
}

function later(token: string): () => Promise<string> {
  return () => new Promise((resolve) => setTimeout(resolve, 100, token));
}
