import { describe, expect, test, vi } from "vitest";
import { createChatClient, type AccessTokenRequest } from "../../src/index.js";
import { createTokenProvider } from "../../src/oauth/index.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";
import { tokenServer } from "../support/token-server.js";

useFakeClock();

const DAY_MS = 24 * 60 * 60 * 1000;
const never = () => new Promise<Response>(() => {});
const after = (ms: number, response: Response) => () =>
  new Promise<Response>((resolve) => setTimeout(resolve, ms, response));
const issued = (token: string) =>
  Response.json({ access_token: token, token_type: "Bearer", expires_in: 60, created_at: 0 });
const provider = (fetch: ReturnType<typeof tokenServer>["fetch"], timeoutMs = 10_000) =>
  createTokenProvider({ clientId: "client-1", clientSecret: "a-very-secret-secret", fetch, timeoutMs });

describe("shared work that its runtime has dropped and that never settles blocks nobody", () => {
  test("the first token: callers who joined start new work after half of timeoutMs", async () => {
    const api = tokenServer(never, "token-2");
    const accessToken = provider(api.fetch, 4000).forUser("u");
    void accessToken().catch(() => {});
    await vi.advanceTimersByTimeAsync(1000);
    const joined = accessToken();
    await vi.advanceTimersByTimeAsync(999);
    expect(api.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await joined).toBe("token-2");
  });

  test("the first token: callers who come later do not join it at all", async () => {
    const api = tokenServer(never, "token-2");
    const accessToken = provider(api.fetch).forClient();
    void accessToken().catch(() => {});
    await vi.advanceTimersByTimeAsync(6000);
    expect(await accessToken()).toBe("token-2");
  });

  test("a background renewal: the token is replaced when it has expired", async () => {
    const api = tokenServer("token-1", never, "token-3");
    const accessToken = provider(api.fetch).forUser("u");
    await accessToken();
    vi.advanceTimersByTime(DAY_MS * 0.97);
    expect(await accessToken()).toBe("token-1");
    vi.advanceTimersByTime(DAY_MS * 0.04); // The renewal is still under way.
    expect(await settle(accessToken())).toMatchObject({ value: "token-3" });
  });

  test("a refresh after a 401", async () => {
    const tokens = vi.fn<(request: AccessTokenRequest) => Promise<string>>(async ({ rejected }) => rejected ?? "old");
    tokens.mockResolvedValueOnce("old").mockImplementationOnce(() => new Promise(() => {}));
    const { fetch } = stubFetch(({ headers }) =>
      headers["authorization"] === "Bearer new"
        ? Response.json({ messages_read_count: 15 })
        : new Response(null, { status: 401 }),
    );
    const chat = createChatClient({ accessToken: tokens, fetch });
    void chat.markMessagesAsRead("a").catch(() => {});
    await vi.advanceTimersByTimeAsync(10);
    tokens.mockResolvedValueOnce("old").mockResolvedValueOnce("new");
    expect(await settle(chat.markMessagesAsRead("b"))).toMatchObject({ status: "fulfilled" });
  });
});

test("work that ends after its time does not make others start what is under way already", async () => {
  const rejected = Response.json({ error: "invalid_client" }, { status: 401 });
  const api = tokenServer(after(7000, rejected), after(4000, issued("token-2")));
  const accessToken = provider(api.fetch).forUser("u");
  const first = accessToken().catch((error: unknown) => (error as Error).name);
  await vi.advanceTimersByTimeAsync(5500);
  const second = accessToken();
  await vi.advanceTimersByTimeAsync(2000);
  const third = accessToken();
  await vi.advanceTimersByTimeAsync(2000);
  expect(await Promise.all([first, second, third])).toEqual(["AccessTokenError", "token-2", "token-2"]);
  expect(api.requests).toHaveLength(2);
});

test("all callers who come meanwhile share work that takes long, but less than half of timeoutMs", async () => {
  const api = tokenServer(after(4900, issued("slow")));
  const accessToken = provider(api.fetch).forUser("u");
  const calls = [accessToken(), accessToken()];
  await vi.advanceTimersByTimeAsync(4800);
  calls.push(accessToken());
  await vi.advanceTimersByTimeAsync(100);
  expect(await Promise.all(calls)).toEqual(["slow", "slow", "slow"]);
  expect(api.requests).toHaveLength(1);
});

describe("what ends shared work for the caller who started it fails nobody who joined: they start anew", () => {
  test.each<[string, () => unknown]>([
    ["a framework's control flow", () => Object.assign(new Error("interrupted"), { digest: "NEXT_PRERENDER" })],
    ["a Response that was thrown", () => new Response(null, { status: 302 })],
    ["an abort of its own request", () => new DOMException("The request was aborted", "AbortError")],
  ])("%s", async (_, thrown) => {
    let started = 0;
    const api = tokenServer("token-2");
    const accessToken = provider(async (url, init) => {
      started += 1;
      if (started > 1) return api.fetch(url, init);
      await Promise.resolve();
      throw thrown();
    }).forUser("u");
    const [starter, ...joined] = [accessToken(), accessToken(), accessToken()].map((call) => settle(call));
    await starter;
    expect(await Promise.all(joined)).toMatchObject([{ value: "token-2" }, { value: "token-2" }]);
  });
});

test("an abort of whoever asks for a new token fails nobody who waits for it, too", async () => {
  let asked = 0;
  const chat = createChatClient({
    accessToken: async ({ rejected }) => {
      if (rejected && (asked += 1) === 1) throw new DOMException("The request was aborted", "AbortError");
      return rejected ? "token-2" : "token-1";
    },
    fetch: async (_, { headers }) => {
      const isNew = headers["authorization"] === "Bearer token-2";
      return isNew ? Response.json({ messages_read_count: 1 }) : new Response(null, { status: 401 });
    },
  });
  const calls = [chat.markMessagesAsRead("a"), chat.markMessagesAsRead("b")].map((call) => settle(call));
  expect(await Promise.all(calls)).toMatchObject([
    { reason: { name: "AccessTokenError" } },
    { value: { data: { messages_read_count: 1 } } },
  ]);
});

test("a provider has one function for each user, so that a client sees that they share tokens", () => {
  const tokens = provider(tokenServer().fetch);
  expect(tokens.forUser("u")).toBe(tokens.forUser("u"));
  expect(tokens.forUser("u")).not.toBe(tokens.forUser("v"));
  expect(tokens.forClient()).toBe(tokens.forClient());
});

test("a token that takes longer than half of timeoutMs serves all who wait for it", async () => {
  const slow = () => after(6000, issued("slow-token"))();
  const accessToken = provider(tokenServer(slow).fetch).forUser("u");
  const calls = [accessToken(), accessToken(), accessToken()].map((call) => settle(call));
  expect(await Promise.all(calls)).toMatchObject(Array(3).fill({ value: "slow-token" }));
});
