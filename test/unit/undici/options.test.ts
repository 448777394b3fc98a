import { EventEmitter, getEventListeners } from "node:events";
import { Agent, interceptors, MockAgent } from "undici";
import { afterEach, expect, test, vi } from "vitest";
import { undiciFetch, type UndiciFetchOptions } from "../../../src/undici/index.js";

const DISPATCHER_RULE =
  "dispatcher must be a dispatcher of undici 7 or later, such as an Agent; those of undici 5 and 6, and of the fetch in Node 20 and 22, do not fit";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.doUnmock("undici");
  vi.resetModules(); // Test files share their modules: the next one must not get what has imported the stub.
});

test.each<[string, unknown]>([
  ["connections must be an integer from 1 to 9007199254740991", { connections: 0 }],
  ["connections must be an integer from 1 to 9007199254740991", { connections: "8" }],
  ["keepAliveTimeoutMs must be an integer from 1 to 2147483647", { keepAliveTimeoutMs: 0.5 }],
  ["allowH2 must be true or false", { allowH2: "yes" }],
  ['proxy must be "env"', { proxy: "http://proxy.example:3128" }],
  [DISPATCHER_RULE, { dispatcher: {} }],
  [DISPATCHER_RULE, { dispatcher: null }],
  [DISPATCHER_RULE, { dispatcher: Object.assign(new EventEmitter(), { dispatch() {} }) }], // As of undici 5.
  [DISPATCHER_RULE, { dispatcher: { dispatch() {}, compose: () => new EventEmitter() } }], // As of undici 6.
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

test.each([new Agent(), new MockAgent(), new Agent().compose(interceptors.dns()), { dispatch: () => true }])(
  "a dispatcher of this undici, composed or not, and one of the user's own fit",
  (dispatcher) => {
    expect(() => undiciFetch({ dispatcher })).not.toThrow();
  },
);

test.each([
  ["invalid onError method", "UND_ERR_INVALID_ARG", DISPATCHER_RULE],
  ["invalid onError method", "UND_ERR_OTHER", "invalid onError method"],
  ["an invalid onError method", "UND_ERR_INVALID_ARG", "an invalid onError method"],
  ["invalid onError method in opts", "UND_ERR_INVALID_ARG", "invalid onError method in opts"],
  ["invalid opts", "UND_ERR_INVALID_ARG", "invalid opts"],
])(
  "an old undici behind a dispatcher of the user's own is recognised by its error: %s, %s",
  async (message, code, told) => {
    const dispatch = () => {
      throw Object.assign(new TypeError(message), { code });
    };
    const call = undiciFetch({ dispatcher: { dispatch } })("http://localhost/");
    await expect(call).rejects.toMatchObject({ name: "TypeError", message: told });
  },
);

test("where undici is a stub, as in Bun, creating the function is a TypeError that says what to do", async () => {
  vi.resetModules();
  vi.doMock("undici", () => ({ Agent: class {}, ProxyAgent: class {}, errors: {} }));
  const { undiciFetch } = await import("../../../src/undici/index.js");
  for (const options of [{}, { dispatcher: { dispatch: () => true } }])
    expect(() => undiciFetch(options)).toThrow(/^undiciFetch cannot run here: .* Leave out the fetch option/);
});

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
