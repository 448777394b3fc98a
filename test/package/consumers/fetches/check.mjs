// Makes calls with another `fetch` than the platform's. node-fetch gives a Node stream as `body`. whatwg-fetch, which
// React Native brings, gives none, and is tried where React Native is: without what its engine lacks, and with the
// AbortController of abort-controller.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startApiServer } from "../../../support/api-server.js";

const MIB = 1024 * 1024;
const BODY = '{"messages_read_count":15}';

/** By order. */
const RESPONSES = {
  late: () => {},
  stalled: (outgoing) => void outgoing.writeHead(200, { "Content-Type": "application/json" }).write(BODY.slice(0, 9)),
  cut(outgoing) {
    outgoing.writeHead(200, { "Content-Type": "application/json", "Content-Length": BODY.length });
    outgoing.write(BODY.slice(0, 9), () => outgoing.destroy());
  },
  reset: (outgoing) => void outgoing.socket.resetAndDestroy(),
  large: () => ({ body: BODY.padEnd(MIB) }),
  "too-large": () => ({ body: BODY.padEnd(MIB + 1) }),
  page: () => ({ status: 403, headers: { "Content-Type": "text/html" }, body: "<p>Blocked, incident 4711</p>" }),
  busy: () => ({ status: 503, headers: { "Retry-After": "60" }, body: "not read as JSON" }),
};

let arrived = () => {};
const api = await startApiServer({
  markMessagesAsRead({ params }, outgoing, next) {
    arrived();
    const respond = RESPONSES[params.order_id];
    return respond ? respond(outgoing) : next();
  },
});

const [name] = process.argv.slice(2);
const fetch = await load();
const { createChatClient } = await import("instacart-post-checkout-chat");
const { createTokenProvider } = await import("instacart-post-checkout-chat/oauth");

async function load() {
  if (name !== "whatwg-fetch") return (await import(name)).fetch ?? (await import(name)).default;
  await globalThis.fetch("data:,"); // Loads what Node's own parts need of the globals that go.
  const { JSDOM, VirtualConsole } = await import("jsdom");
  const { window } = new JSDOM("", { url: api.url, virtualConsole: new VirtualConsole() });
  globalThis.XMLHttpRequest = window.XMLHttpRequest;
  const { AbortController, AbortSignal } = await import("abort-controller");
  Object.assign(globalThis, { AbortController, AbortSignal });
  const { fetch, Headers, Request, Response } = await import("whatwg-fetch");
  Object.assign(globalThis, { fetch, Headers, Request, Response });
  for (const missing of ["crypto", "TextEncoder", "TextDecoder", "ReadableStream", "structuredClone", "DOMException"])
    Reflect.deleteProperty(globalThis, missing);
  return fetch;
}

const tokens = createTokenProvider({ clientId: "a", clientSecret: "b", baseUrl: api.url, fetch });
const chat = createChatClient({ accessToken: tokens.forUser("user-123"), baseUrl: api.url, fetch, maxRetries: 0 });
const errorOf = (call) => call.then(assert.fail, (error) => error);

test("calls succeed with a provider's tokens, the second one after a 401", async () => {
  const { data, attempts } = await chat.markMessagesAsRead("order-1");
  assert.deepEqual([data, attempts.length], [{ messages_read_count: 15 }, 1]);
  api.revokeTokens();
  assert.equal((await chat.markMessagesAsRead("order-2")).data.messages_read_count, 15);
});

test("an error from the API has its status and body, and Retry-After is respected", async () => {
  const blocked = await errorOf(chat.markMessagesAsRead("page"));
  assert.deepEqual([blocked.name, blocked.httpStatus], ["ApiError", 403]);
  assert.match(blocked.excerpt, /incident 4711/);
  const busy = await errorOf(chat.markMessagesAsRead("busy", { maxRetries: 2 }));
  assert.deepEqual([busy.httpStatus, busy.retryAfterMs, busy.attempts.length], [503, 60_000, 1]);
});

test("a body of 1 MiB is read, and a larger one is an InvalidResponseError", async () => {
  assert.equal((await chat.markMessagesAsRead("large")).data.messages_read_count, 15);
  assert.equal((await errorOf(chat.markMessagesAsRead("too-large"))).name, "InvalidResponseError");
});

test("a lost connection is a retryable NetworkError", async () => {
  for (const order of ["reset", "cut"]) {
    const error = await errorOf(chat.markMessagesAsRead(order, { timeoutMs: 1000 }));
    // node-fetch 2 and jsdom's XMLHttpRequest never tell that a body was cut off, so the time limit ends the call.
    const isSilent = order === "cut" && ["node-fetch-2", "whatwg-fetch"].includes(name);
    const expected = isSilent ? "TimeoutError" : "NetworkError";
    assert.deepEqual([error.name, error.retryable], [expected, true], `${order}: ${error}`);
  }
});

test("the time limit applies before the response and during its body", async () => {
  for (const order of ["late", "stalled"])
    assert.equal((await errorOf(chat.markMessagesAsRead(order, { timeoutMs: 100 }))).name, "TimeoutError");
});

test("an abort ends the call, and without a reason it is an AbortError", async () => {
  for (const order of ["late", "stalled"]) {
    const controller = new AbortController();
    arrived = () => setTimeout(() => controller.abort(), 50);
    assert.equal((await errorOf(chat.markMessagesAsRead(order, { signal: controller.signal }))).name, "AbortError");
  }
  arrived = () => {};
});

test("no connection is left open", () => api.close());
