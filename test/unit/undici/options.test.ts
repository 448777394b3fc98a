import { getEventListeners } from "node:events";
import { Agent, MockAgent } from "undici";
import { afterEach, expect, test, vi } from "vitest";
import { undiciFetch, type UndiciFetchOptions } from "../../../src/undici/index.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each<[string, unknown]>([
  ["connections must be an integer from 1 to 9007199254740991", { connections: 0 }],
  ["connections must be an integer from 1 to 9007199254740991", { connections: "8" }],
  ["keepAliveTimeoutMs must be an integer from 1 to 2147483647", { keepAliveTimeoutMs: 0.5 }],
  ["allowH2 must be true or false", { allowH2: "yes" }],
  ['proxy must be "env"', { proxy: "http://proxy.example:3128" }],
  ["dispatcher must be a dispatcher of undici, such as an Agent", { dispatcher: {} }],
  ["dispatcher must be a dispatcher of undici, such as an Agent", { dispatcher: null }],
  [
    "connection is not an option; the options are connections, keepAliveTimeoutMs, allowH2, proxy, dispatcher",
    { connection: 8 },
  ],
  ["options must be an object", "env"],
])("an invalid option throws a TypeError that names it: %s", (message, options) => {
  expect(() => undiciFetch(options as UndiciFetchOptions)).toThrow(new TypeError(message));
});

test.each([{ connections: 8 }, { keepAliveTimeoutMs: 1000 }, { allowH2: true }, { proxy: "env" as const }])(
  "a dispatcher cannot be combined with %o, because the latter would have no effect",
  (options) => {
    const [name] = Object.keys(options);
    expect(() => undiciFetch({ ...options, dispatcher: new Agent() })).toThrow(
      new TypeError(`${name} cannot be combined with dispatcher; configure the dispatcher instead`),
    );
  },
);

test("a custom dispatcher sends the request, and close() leaves it open", async () => {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  dispatcher.get("https://server.example").intercept({ path: "/a?b=c", method: "PUT" }).reply(201, "done").persist();
  const fetch = undiciFetch({ dispatcher });
  const response = await fetch("https://server.example/a?b=c", { method: "PUT" });
  expect([response.status, await new Response(response.body).text()]).toEqual([201, "done"]);
  const closing = vi.spyOn(dispatcher, "close");
  await fetch.close();
  expect(closing).not.toHaveBeenCalled();
  expect((await undiciFetch({ dispatcher })("https://server.example/a?b=c", { method: "PUT" })).status).toBe(201);
  await dispatcher.close();
});

test("after close(), a request rejects with a TypeError, and close() may be called again", async () => {
  const fetch = undiciFetch();
  await Promise.all([fetch.close(), fetch.close()]);
  await fetch.close();
  await expect(fetch("http://127.0.0.1:2/")).rejects.toThrow(new TypeError("close() was called on this undiciFetch"));
});

test("an error from a dispatcher rejects the request and leaves no listener on the signal", async () => {
  const dispatcher = new Agent();
  dispatcher.dispatch = () => {
    throw new Error("mine");
  };
  const { signal } = new AbortController();
  await expect(undiciFetch({ dispatcher })("http://localhost/", { signal })).rejects.toThrow("mine");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
