import { createServer as createPlainServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createChatClient, type Attempt, type Fetch } from "../../src/index.js";
import {
  answer,
  head,
  part,
  reset,
  stall,
  startFaultServer,
  succeed,
  SUCCESS,
  type Behaviour,
} from "../support/fault-server.js";
import { cert, key } from "../support/self-signed.js";

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0); // No wait before a retry.
});
afterEach(() => {
  vi.restoreAllMocks();
});

test.each<[string, Behaviour]>([
  ["a success", succeed],
  ["an error", answer(404, '{"error":{"message":"m","code":1}}')],
  ["an error that is retried", answer(503, " ".repeat(60_000))],
  ["an error without a body", answer(500)],
])("the connection is used again after %s, since its body is read to the end", async (_, behaviour) => {
  const server = await startFaultServer(behaviour);
  const chat = createChatClient({ accessToken: "t", baseUrl: server.url });
  for (let call = 0; call < 20; call += 1) await chat.markMessagesAsRead("a").catch(() => {});
  expect(server.requests.length).toBeGreaterThanOrEqual(20);
  // Node may open a second one while it puts the first back.
  expect(server.connections).toBeLessThanOrEqual(2);
  await server.close();
});

test.each<[string, Behaviour]>([
  ["a body that is too large", answer(200, " ".repeat(2 * 1024 * 1024))],
  ["an error whose body is too large", answer(404, " ".repeat(2 * 1024 * 1024))],
])("the connection is given up after %s, rather than read for ever", async (_, behaviour) => {
  const server = await startFaultServer(behaviour);
  await createChatClient({ accessToken: "t", baseUrl: server.url })
    .markMessagesAsRead("a")
    .catch(() => {});
  await server.firstClosed();
  await server.close();
});

test("a kept connection that the server has meanwhile given up does not fail the call", async () => {
  const server = await startFaultServer(succeed, reset, succeed);
  const chat = createChatClient({ accessToken: "t", baseUrl: server.url });
  await chat.markMessagesAsRead("a");
  const { attempts } = await chat.markMessagesAsRead("a");
  expect(attempts).toMatchObject([{ error: "NetworkError" }, { status: 200 }]);
  expect(server.connections).toBe(2);
  await server.close();
});

test.each<[string, Behaviour, number | undefined]>([
  ["before the answer", stall, undefined],
  ["in its body", part(head(200, { "Content-Length": "26" }) + SUCCESS.slice(0, 9), stall), 200],
])("when the caller aborts %s, the connection is closed", async (_, behaviour, status) => {
  const server = await startFaultServer(behaviour);
  const controller = new AbortController();
  const attempts: Attempt[] = [];
  let hasHead = () => {};
  const head = new Promise<void>((resolve) => (hasHead = resolve));
  const fetch: Fetch = async (url, init) => {
    const answer = await globalThis.fetch(url, init);
    hasHead();
    return answer;
  };
  const call = createChatClient({
    accessToken: "t",
    baseUrl: server.url,
    fetch,
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

test("a redirect does not reach the other host", async () => {
  const other = await startFaultServer(succeed);
  const server = await startFaultServer(answer(307, "", { Location: `${other.url}/elsewhere` }));
  const call = createChatClient({ accessToken: "t", baseUrl: server.url }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "InvalidResponseError", status: 307 });
  expect([server.requests.length, other.connections]).toEqual([1, 0]);
  await server.close();
  await other.close();
});

test("a certificate that is not accepted fails at once, since it lasts", async () => {
  const server = createServer({ cert, key });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = createChatClient({ accessToken: "t", baseUrl }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({
    name: "NetworkError",
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    retryable: false,
    attempts: [{ number: 1 }],
  });
  await new Promise((resolve) => server.close(resolve));
});

test("a server that does not speak TLS fails at once, since it lasts", async () => {
  const server = createPlainServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = createChatClient({ accessToken: "t", baseUrl }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "NetworkError", retryable: false, attempts: [{ number: 1 }] });
  await new Promise((resolve) => server.close(resolve));
});

test("a port that fetch blocks fails at once, since it lasts", async () => {
  const call = createChatClient({ accessToken: "t", baseUrl: "http://127.0.0.1:6000" }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "NetworkError", retryable: false, attempts: [{ number: 1 }] });
});
