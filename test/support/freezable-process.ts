// A user's process, which calls the API for each line that it is given, and prints what happens as JSON. SIGUSR2 blocks
// its event loop for a while.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { createChatClient, type Attempt, type Fetch } from "../../src/index.js";
import { createTokenProvider } from "../../src/oauth/index.js";

const { baseUrl, timeoutMs, freezeMs } = JSON.parse(String(process.argv[2])) as {
  baseUrl: string;
  timeoutMs: number;
  freezeMs: number;
};

function print(event: string, details: object = {}): void {
  writeSync(1, `${JSON.stringify({ event, ...details })}\n`);
}

process.on("SIGUSR2", () => {
  print("blocked");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, freezeMs);
});

const fetch: Fetch = async (url, init) => {
  const response = await globalThis.fetch(url, init);
  print("head");
  return response;
};
const onAttempt = ({ status, error }: Attempt) => print("attempt", { status, error });
const tokens = createTokenProvider({ clientId: "a", clientSecret: "b", baseUrl, timeoutMs, fetch });
const chat = createChatClient({ accessToken: "t", baseUrl, timeoutMs, fetch, onAttempt });

const statusesOf = (attempts: readonly Attempt[]) => attempts.map(({ status }) => status ?? null);
const now = performance.now.bind(performance);
print("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const { passMs, withToken } = JSON.parse(line) as { passMs?: number; withToken?: boolean };
  if (passMs !== undefined) performance.now = () => now() + passMs;
  const options = withToken ? { accessToken: tokens.forClient() } : {};
  await chat.markMessagesAsRead("order-123", options).then(
    ({ data, attempts }) => print("result", { count: data.messages_read_count, statuses: statusesOf(attempts) }),
    (error: unknown) => print("result", { error: String(error) }),
  );
}
