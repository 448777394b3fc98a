import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createChatClient, type Attempt, type Fetch } from "../../src/index.js";
import { startApiServer } from "../support/api-server.js";
import {
  respond,
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
  ["an error", respond(404, '{"error":{"message":"m","code":1}}')],
  ["an error that is retried", respond(503, " ".repeat(60_000))],
  ["an error without a body", respond(500)],
])("the connection is reused after %s, because the body is read to its end", async (_, behaviour) => {
  const server = await startFaultServer(behaviour);
  const chat = createChatClient({ accessToken: "t", baseUrl: server.url });
  for (let call = 0; call < 20; call += 1) await chat.markMessagesAsRead("a").catch(() => {});
  expect(server.requests.length).toBeGreaterThanOrEqual(20);
  // Node may open a second one while it puts the first back.
  expect(server.connections).toBeLessThanOrEqual(2);
  await server.close();
});

test.each<[string, Behaviour]>([
  ["a body that is too large", respond(200, " ".repeat(2 * 1024 * 1024))],
  ["an error whose body is too large", respond(404, " ".repeat(2 * 1024 * 1024))],
])("the connection is closed after %s, rather than read to its end", async (_, behaviour) => {
  const server = await startFaultServer(behaviour);
  await createChatClient({ accessToken: "t", baseUrl: server.url })
    .markMessagesAsRead("a")
    .catch(() => {});
  await server.firstClosed();
  await server.close();
});

test("a call succeeds although the server has closed the idle connection", async () => {
  const server = await startFaultServer(succeed, reset, succeed);
  const chat = createChatClient({ accessToken: "t", baseUrl: server.url });
  await chat.markMessagesAsRead("a");
  const { attempts } = await chat.markMessagesAsRead("a");
  expect(attempts).toMatchObject([{ error: "NetworkError" }, { status: 200 }]);
  expect(server.connections).toBe(2);
  await server.close();
});

test.each<[string, Behaviour, number | undefined]>([
  ["before the response", stall, undefined],
  ["in its body", part(head(200, { "Content-Length": "26" }) + SUCCESS.slice(0, 9), stall), 200],
])("when the caller aborts %s, the connection is closed", async (_, behaviour, status) => {
  const server = await startFaultServer(behaviour);
  const controller = new AbortController();
  const attempts: Attempt[] = [];
  let hasHead = () => {};
  const head = new Promise<void>((resolve) => (hasHead = resolve));
  const fetch: Fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init);
    hasHead();
    return response;
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

test("a redirect never reaches the other host", async () => {
  const other = await startFaultServer(succeed);
  const server = await startFaultServer(respond(307, "", { Location: `${other.url}/elsewhere` }));
  const call = createChatClient({ accessToken: "t", baseUrl: server.url }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "InvalidResponseError", httpStatus: 307 });
  expect([server.requests.length, other.connections]).toEqual([1, 0]);
  await server.close();
  await other.close();
});

test("an untrusted certificate fails at once, because it is permanent", async () => {
  const server = await startApiServer({}, { tls: { cert, key } });
  const call = createChatClient({ accessToken: "t", baseUrl: server.url }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({
    name: "NetworkError",
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    retryable: false,
    attempts: [{ number: 1 }],
  });
  expect(server.requests).toEqual([]);
  await server.close();
});

test("a server that does not speak TLS fails at once, because it is permanent", async () => {
  const server = await startApiServer();
  const baseUrl = server.url.replace("http:", "https:");
  const call = createChatClient({ accessToken: "t", baseUrl }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "NetworkError", retryable: false, attempts: [{ number: 1 }] });
  expect(server.requests).toEqual([]);
  await server.close();
});

test("a port that fetch blocks fails at once, because it is permanent", async () => {
  const call = createChatClient({ accessToken: "t", baseUrl: "http://127.0.0.1:6000" }).markMessagesAsRead("a");
  await expect(call).rejects.toMatchObject({ name: "NetworkError", retryable: false, attempts: [{ number: 1 }] });
});
