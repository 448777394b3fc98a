import { Agent, type Dispatcher } from "undici";
import { expect, test } from "vitest";
import { undiciFetch } from "../../../src/undici/index.js";

const URL = "http://localhost/";

test.each<[string, string, unknown]>([
  [
    "http://localhost/",
    "mode is not an option; the options are method, headers, body, redirect, cache, signal",
    { mode: "cors" },
  ],
  ["http://localhost/", 'redirect must be "manual", because redirects are not followed', { redirect: "follow" }],
  ["http://localhost/", 'cache must be "no-store", because there is no cache', { cache: "default" }],
  ["http://localhost/", "body must be a string or null", { method: "POST", body: new URLSearchParams() }],
  ["http://localhost/", "headers must be an object with the headers", { headers: "accept: */*" }],
  ["http://localhost/", "headers must be an object with the headers", { headers: null }],
  ["http://localhost/", "signal must be an AbortSignal", { signal: {} }],
  ["http://localhost/", "options must be an object", "PUT"],
  ["http://user@localhost/", "the URL must not include credentials", {}],
  ["http://:secret@localhost/", "the URL must not include credentials", {}],
])("an unsupported request to %s is rejected with a message that says why: %s", async (url, message, init) => {
  const call = undiciFetch()(url, init as RequestInit);
  await expect(call).rejects.toThrow(new TypeError(message));
});

test.each<[string, RequestInit, object]>([
  ["without a method is a GET", { cache: "no-store", redirect: "manual", headers: {} }, { method: "GET" }],
  ["may have null as its body", { method: "PUT", body: null }, { body: null, idempotent: true }],
  ["with the method POST shares no HTTP/2 connection", { method: "POST" }, { idempotent: false }],
])("a request %s", async (_, init, expected) => {
  const sent: Dispatcher.DispatchOptions[] = [];
  await expect(undiciFetch({ dispatcher: recorder(sent) })(URL, init)).rejects.toThrow("nothing is sent");
  expect(sent).toMatchObject([expected]);
});

test("an invalid URL rejects with a TypeError", async () => {
  await expect(undiciFetch()("/v2")).rejects.toThrow(TypeError);
});

test.each([
  ["http://a.example", "http://a.example", "/"],
  ["HTTP://A.example:80/a/../b?c#d", "http://a.example", "/b?c"],
  ["https://a.example:81/%2e/a%2Fb/ü@:", "https://a.example:81", "/a%2Fb/%C3%BC@:"],
])("the URL %s is sent as the platform parses it", async (url, origin, path) => {
  const sent: Dispatcher.DispatchOptions[] = [];
  await expect(undiciFetch({ dispatcher: recorder(sent) })(url)).rejects.toThrow("nothing is sent");
  expect(sent).toMatchObject([{ origin, path }]);
});

/** A dispatcher that keeps what it was to send, and sends nothing. */
function recorder(sent: Dispatcher.DispatchOptions[]): Dispatcher {
  const dispatcher = new Agent();
  dispatcher.dispatch = (options) => {
    sent.push(options);
    throw new Error("nothing is sent");
  };
  return dispatcher;
}
