import { describe, expect, test, vi } from "vitest";
import { createChatClient, type Attempt, type ChatClientError } from "../../src/index.js";
import { createTokenProvider } from "../../src/oauth/index.js";
import { settle, useFakeClock } from "../support/fake-clock.js";
import { stubFetch } from "../support/stub-fetch.js";

useFakeClock();

const unavailable = () => new Response(null, { status: 503 });

/** Makes calls at a steady rate, and returns what became of them. */
async function makeCalls(
  chat: ReturnType<typeof createChatClient>,
  { calls, everyMs, atOnce = 1 }: { calls: number; everyMs: number; atOnce?: number },
) {
  const results: Promise<PromiseSettledResult<unknown>>[] = [];
  for (let index = 0; index < calls; index += 1) {
    results.push(Promise.allSettled([chat.markMessagesAsRead(`order-${index}`)]).then(([result]) => result));
    if (results.length % atOnce === 0) await vi.advanceTimersByTimeAsync(everyMs);
  }
  await vi.advanceTimersByTimeAsync(60_000);
  return Promise.all(results);
}

describe("while everything fails", () => {
  test("200 calls in 10 s cause at most 1.3 requests per call", async () => {
    const { fetch, requests } = stubFetch(unavailable);
    await makeCalls(createChatClient({ accessToken: "t", fetch }), { calls: 200, everyMs: 50 });
    expect(requests.length).toBeGreaterThan(200);
    expect(requests.length / 200).toBeLessThanOrEqual(1.3);
  });

  test("25 calls at once have 13 retries between them: ten, and 12 % of the calls", async () => {
    const { fetch, requests } = stubFetch(unavailable);
    const chat = createChatClient({ accessToken: "t", fetch, maxRetries: 1 });
    await makeCalls(chat, { calls: 25, everyMs: 1, atOnce: 25 });
    expect(requests).toHaveLength(25 + 13);
  });

  test("the error and the record of the attempt say that a retry was withheld", async () => {
    const { fetch } = stubFetch(unavailable);
    const records: Attempt[] = [];
    const chat = createChatClient({ accessToken: "t", fetch, onAttempt: (attempt) => records.push(attempt) });
    const results = await makeCalls(chat, { calls: 100, everyMs: 1 });
    const errors = results.map((result) => (result as PromiseRejectedResult).reason as ChatClientError);
    const withheld = errors.filter(({ retryWithheld }) => retryWithheld);
    expect(withheld.length).toBeGreaterThan(50);
    expect(records.filter(({ retryWithheld }) => retryWithheld)).toHaveLength(withheld.length);
    for (const { attempts, retryable } of withheld) {
      expect(attempts.at(-1)).toMatchObject({ retryWithheld: true });
      expect(attempts.at(-1)).not.toHaveProperty("retryDelayMs");
      expect(retryable).toBe(true);
    }
  });

  test("1,000 calls in 10 s cause at most 1.15 requests per call", async () => {
    const { fetch, requests } = stubFetch(unavailable);
    await makeCalls(createChatClient({ accessToken: "t", fetch }), { calls: 1000, everyMs: 250, atOnce: 25 });
    expect(requests.length).toBeGreaterThan(1000);
    expect(requests.length / 1000).toBeLessThanOrEqual(1.15);
  });

  test("a call that runs alone is always retried, however many failed before it", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, requests } = stubFetch(unavailable);
    const chat = createChatClient({ accessToken: "t", fetch });
    for (let call = 0; call < 100; call += 1) await settle(chat.markMessagesAsRead("a"));
    expect(requests).toHaveLength(300);
  });

  test("10 calls in a second may be retried 11 times, and others again when 10 s have passed", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { fetch, requests } = stubFetch(unavailable);
    const chat = createChatClient({ accessToken: "t", fetch, maxRetries: 3 });
    const callTwo = () => Promise.all(["b", "c"].map((order) => settle(chat.markMessagesAsRead(order))));
    await Promise.all(Array.from({ length: 10 }, () => settle(chat.markMessagesAsRead("a"))));
    expect(requests.length).toBeLessThanOrEqual(10 + 11 + 3); // The last one that runs is alone.
    expect(await callTwo()).toMatchObject([{ reason: { attempts: { length: 1 } } }, {}]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await callTwo()).toMatchObject(Array(2).fill({ reason: { attempts: { length: 4 } } }));
  });

  test("a Retry-After that is too long to be waited for uses up nothing", async () => {
    const limited = new Response(null, { status: 429, headers: { "Retry-After": "1000" } });
    const { fetch } = stubFetch(...Array.from({ length: 20 }, () => limited), unavailable);
    const chat = createChatClient({ accessToken: "t", fetch });
    for (let call = 0; call < 20; call += 1)
      expect(await settle(chat.markMessagesAsRead("a"))).toMatchObject({
        reason: { attempts: [expect.not.objectContaining({ retryWithheld: true })] },
      });
    expect(await settle(chat.markMessagesAsRead("a"))).toMatchObject({ reason: { attempts: { length: 3 } } });
  });

  test("retries resume at one a second, however many were made before", async () => {
    const { fetch, requests } = stubFetch(unavailable);
    const chat = createChatClient({ accessToken: "t", fetch });
    await makeCalls(chat, { calls: 100, everyMs: 1 });
    const before = requests.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await settle(chat.markMessagesAsRead("a"))).toMatchObject({ reason: { attempts: { length: 3 } } });
    expect(requests.length - before).toBe(3);
  });
});

test("if one call in ten fails once, the budget withholds no retry", async () => {
  let sent = 0;
  const failed = new Set<string>();
  const { fetch } = stubFetch(({ url }) => {
    sent += 1;
    if (sent % 10 > 0 || failed.has(url)) return Response.json({ messages_read_count: 15 });
    failed.add(url);
    return unavailable();
  });
  const chat = createChatClient({ accessToken: "t", fetch });
  const results = await makeCalls(chat, { calls: 300, everyMs: 20 });
  expect(results.filter(({ status }) => status === "rejected")).toEqual([]);
  expect(failed.size).toBeGreaterThan(25);
});

test("token requests have their own budget", async () => {
  const { fetch, requests } = stubFetch(unavailable);
  const tokens = createTokenProvider({ clientId: "client-1", clientSecret: "a-very-secret-secret", fetch });
  const calls = Array.from({ length: 50 }, (_, user) => settle(tokens.forUser(`user-${user}`)()));
  await Promise.all(calls);
  expect(requests.length).toBeLessThanOrEqual(50 + 10 + 6 + 2);
  expect(requests.length).toBeGreaterThan(50);
});
