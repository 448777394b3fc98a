// The `fetch` and the pool of connections of the npm package undici, as the README shows them to busy back ends.
import { Agent, fetch } from "undici";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  createChatClient,
  type Attempt,
  type ChatClient,
  type ChatClientOptions,
  type Fetch,
} from "../../src/index.js";
import {
  head,
  part,
  reset,
  stall,
  startFaultServer,
  succeed,
  SUCCESS,
  type Behaviour,
} from "../support/fault-server.js";

const CONNECTIONS = 2;

let dispatcher: Agent;
beforeEach(() => {
  dispatcher = new Agent({ connections: CONNECTIONS });
  vi.spyOn(Math, "random").mockReturnValue(0); // No wait before a retry.
});
afterEach(async () => {
  vi.restoreAllMocks();
  await dispatcher.close();
});

const fetchByAgent: Fetch = (url, init: object) => fetch(url, { ...init, dispatcher }) as Promise<Response>;

function createClient(baseUrl: string, options: Partial<ChatClientOptions> = {}): ChatClient {
  return createChatClient({ accessToken: "t", baseUrl, maxRetries: 0, fetch: fetchByAgent, ...options });
}

test("calls at once share the connections that the Agent allows, and all succeed", async () => {
  const server = await startFaultServer((socket) => setImmediate(succeed, socket));
  const chat = createClient(server.url);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) => chat.markMessagesAsRead(`order-${index}`)),
  );
  expect(results.map(({ data }) => data.messages_read_count)).toEqual(Array<number>(20).fill(15));
  expect([server.requests.length, server.connections]).toEqual([20, CONNECTIONS]);
  await server.close();
});

const HANGING: [string, Behaviour, number | undefined][] = [
  ["before the answer", stall, undefined],
  ["in its body", part(head(200, { "Content-Length": String(SUCCESS.length) }) + SUCCESS.slice(0, 9), stall), 200],
];

test.each(HANGING)("an abort %s arrives, and the connection is closed", async (_, behaviour, status) => {
  const server = await startFaultServer(behaviour);
  const controller = new AbortController();
  const attempts: Attempt[] = [];
  let hasHead = () => {};
  const head = new Promise<void>((resolve) => (hasHead = resolve));
  const call = createClient(server.url, {
    fetch: async (url, init) => {
      const answer = await fetchByAgent(url, init);
      hasHead();
      return answer;
    },
    onAttempt: (attempt) => attempts.push(attempt),
  }).markMessagesAsRead("a", { signal: controller.signal });
  await (status === undefined ? server.arrived(1) : head);
  await new Promise(setImmediate);
  controller.abort("mine");
  await expect(call).rejects.toBe("mine");
  expect(attempts.map((attempt) => attempt.status)).toEqual([status]);
  await server.firstClosed();
  await server.close();
});

test.each(HANGING)("the time limit %s arrives, and the connection is closed", async (_, behaviour) => {
  const server = await startFaultServer(behaviour);
  const call = createClient(server.url, { timeoutMs: 100 }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "TimeoutError", timeoutMs: 100 });
  await server.firstClosed();
  await server.close();
});

test("a lost connection is a NetworkError with its code, and the call is repeated", async () => {
  const server = await startFaultServer(reset, reset, succeed);
  await expect(createClient(server.url).markMessagesAsRead("a")).rejects.toMatchObject({
    name: "NetworkError",
    code: "ECONNRESET",
    retryable: true,
  });
  const { data, attempts } = await createClient(server.url, { maxRetries: 1 }).markMessagesAsRead("a");
  expect([data.messages_read_count, attempts.length]).toEqual([15, 2]);
  await server.close();
});
