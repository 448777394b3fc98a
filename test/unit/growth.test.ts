import { expect, test, vi } from "vitest";
import { createChatClient, type Fetch } from "../../src/index.js";

vi.setConfig({ testTimeout: 60_000 });

const KIB = 1024;
const TOKENS = {
  "a token that repeats itself": "-".repeat(1600) + "x",
  "a token of special characters": "%\\&+/".repeat(400),
};
const ESCAPES = ["-", "\\", "%", "%2F", "%25", "&", "&#0", "&amp;", "&amp;amp;%252F\\\\", "\\u00", "\u200b ", "Ω"];

/** What a server can write, so long as it can be, and what the client reads in it. */
const PARTS: [part: string, maxLength: number, text: string[], respond: (text: string) => Response][] = [
  [
    "Retry-After",
    64 * KIB,
    ["1" + " ".repeat(64 * KIB), "1".repeat(64 * KIB), "1,", "Sun, ", "1 s"],
    (text) => new Response(null, { status: 429, headers: { "Retry-After": `${text}x`, Date: `${text}x` } }),
  ],
  [
    "the content type",
    64 * KIB,
    ['"\\', '"', ",", ";", "a/b,", "a/b;", " /", ...ESCAPES.slice(0, 8)],
    (text) => new Response("x", { headers: { "Content-Type": `${text}!` } }),
  ],
  [
    "Location and the status text",
    64 * KIB,
    ESCAPES.slice(0, 8),
    (text) => new Response(null, { status: 302, statusText: text, headers: { Location: text } }),
  ],
  ["the body of an error", 64 * KIB, ESCAPES, (text) => new Response(text, { status: 404 })],
  ["the body of a success", 1024 * KIB, ESCAPES, (text) => new Response(text)],
  [
    "a list of errors",
    64 * KIB,
    ['{"error":{"message":"m","code":1}},', '{"error":{"message":"----%\\\\"}},', "[[[[", '{"a":'],
    (text) => new Response(`{"error":{"errors":[${text}{}]}}`, { status: 400 }),
  ],
];

test.each(
  PARTS.flatMap(([part, maxLength, texts, respond]) =>
    texts.map((text) => [part, text.slice(0, 30), maxLength, text, respond] as const),
  ),
)("the time that %s takes grows no faster than its length: %j", async (_, _start, maxLength, text, respond) => {
  for (const accessToken of Object.values(TOKENS)) {
    const timeOf = async (length: number) => {
      const hostile = text.repeat(Math.ceil(length / text.length)).slice(0, length);
      return bestTime(accessToken, async () => respond(hostile));
    };
    const [short, long] = [await timeOf(maxLength / 32), await timeOf(maxLength)];
    expect(long).toBeLessThan(mostTime(short));
  }
});

test("the time that a thrown error takes grows no faster than its message", async () => {
  for (const text of [...ESCAPES, "//a:", "//a@", "/@", "a@"]) {
    const timeOf = (length: number) => {
      const message = text.repeat(length / text.length);
      return bestTime("a-token", () => Promise.reject(new Error(message)));
    };
    const [short, long] = [await timeOf(2 * KIB), await timeOf(64 * KIB)];
    expect(long).toBeLessThan(mostTime(short));
  }
});

/** For 32 times as much: three times as long as it should take, and what any machine may take for something else. */
function mostTime(time: number): number {
  return Math.max(3 * 32 * time, 100);
}

/** The least CPU time of some calls in milliseconds, since whatever else runs may disturb each of them. */
async function bestTime(accessToken: string, fetch: Fetch): Promise<number> {
  const chat = createChatClient({ accessToken, fetch, maxRetries: 0 });
  let best = Infinity;
  for (let run = 0; run < 3; run += 1) {
    const before = process.cpuUsage();
    await chat.markMessagesAsRead("a").catch(() => {});
    best = Math.min(best, process.cpuUsage(before).user / 1000);
  }
  return best;
}
