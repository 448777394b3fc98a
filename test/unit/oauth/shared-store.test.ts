import { inspect } from "node:util";
import Keyv from "keyv";
import { describe, expect, test, vi } from "vitest";
import { createTokenProvider, type TokenProviderOptions, type TokenStore } from "../../../src/oauth/index.js";
import { settle, useFakeClock, useFakeDigest } from "../../support/fake-clock.js";
import { tokenServer } from "../../support/token-server.js";

useFakeClock();
useFakeDigest();

const DAY_MS = 24 * 60 * 60 * 1000;
const SECRET = "a-very-secret-secret";

type Api = ReturnType<typeof tokenServer>;

/** The token function of one process of a fleet. */
const member = (api: Api, store: TokenStore, options: Partial<TokenProviderOptions> = {}) =>
  createTokenProvider({ clientId: "client-1", clientSecret: SECRET, fetch: api.fetch, store, ...options }).forUser("u");

/** A store as over a network, with what is in it to look at. */
function remoteStore(latencyMs = 1) {
  const map = new Map<string, string>();
  const ttls: [string, number][] = [];
  const later = <T>(work: () => T) => new Promise<T>((resolve) => setTimeout(() => resolve(work()), latencyMs));
  const store: TokenStore = {
    get: (key) => later(() => map.get(key) ?? null),
    set: (key, value, ttlMs) => later(() => (ttls.push([key, ttlMs]), map.set(key, value))),
    delete: (key) => later(() => map.delete(key)),
  };
  return { store, map, ttls };
}

function parsingStore(store: TokenStore): TokenStore {
  return { ...store, get: async (key) => JSON.parse(String(await store.get(key))) as unknown };
}

async function value(promise: Promise<string>): Promise<string> {
  const result = await settle(promise);
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

test.each<[string, () => TokenStore]>([
  ["a Map", () => new Map() as unknown as TokenStore],
  ["an asynchronous store", () => remoteStore().store],
  ["a Keyv instance", () => new Keyv()],
  ["a store that returns parsed JSON", () => parsingStore(remoteStore().store)],
])("a token that one process requested is used by the others: %s", async (_, makeStore) => {
  const api = tokenServer();
  const store = makeStore();
  expect(await value(member(api, store)())).toBe("token-1");
  expect(await value(member(api, store)())).toBe("token-1");
  expect(api.requests).toHaveLength(1);
});

describe("what is written to the store", () => {
  test("is the token with its times, for its lifetime, under a key that reveals nothing; the mark is deleted", async () => {
    const { store, map, ttls } = remoteStore();
    const now = Date.now();
    await value(member(tokenServer(), store)());
    await vi.advanceTimersByTimeAsync(10);
    const [[key, stored] = ["", ""], ...others] = [...map];
    expect(others).toEqual([]);
    expect(key).toMatch(/^instacart-access-token:[0-9a-f]{64}$/);
    expect(crypto.subtle.digest).toHaveBeenCalledWith("SHA-256", expect.anything());
    const { obtainedAt } = JSON.parse(stored) as { obtainedAt: number };
    expect(obtainedAt).toBeGreaterThan(now);
    expect(JSON.parse(stored)).toEqual({ accessToken: "token-1", obtainedAt, expiresAt: obtainedAt + DAY_MS, key });
    expect(ttls).toEqual([
      [`${key}:asking`, 2000],
      [key, expect.toSatisfy((ttlMs: number) => ttlMs > DAY_MS - 100 && ttlMs <= DAY_MS)],
    ]);
  });

  test.each<[string, Partial<TokenProviderOptions>]>([
    ["the client id", { clientId: "client-2" }],
    ["the client secret", { clientSecret: "another" }],
    ["the scope", { scope: "other" }],
    ["the server", { baseUrl: "https://example.com" }],
  ])("is never shared between providers that differ in %s", async (_, options) => {
    const api = tokenServer();
    const { store, map } = remoteStore();
    await value(member(api, store)());
    expect(await value(member(api, store, options)())).toBe("token-2");
    await vi.advanceTimersByTimeAsync(10);
    expect(map.size).toBe(2);
    expect(JSON.stringify([...map])).not.toContain(SECRET);
  });

  test("is never shared between users, or between a user and the client", async () => {
    const api = tokenServer();
    const { store } = remoteStore();
    const tokens = createTokenProvider({ clientId: "c", clientSecret: "s", fetch: api.fetch, store });
    const calls = [tokens.forUser("a"), tokens.forUser("b"), tokens.forUser("client"), tokens.forClient()];
    for (const accessToken of calls) await value(accessToken());
    expect(api.requests).toHaveLength(4);
  });
});

describe("a fleet whose processes need a token at the same time", () => {
  const slowApi = () => {
    const api = tokenServer();
    return {
      ...api,
      fetch: async (...args: Parameters<typeof api.fetch>) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return api.fetch(...args);
      },
    };
  };

  test.each<[string, () => TokenStore]>([
    ["takes no time", () => remoteStore(0).store],
    ["takes 1 ms each time", () => remoteStore().store],
    ["takes 20 ms each time", () => remoteStore(20).store],
    ["returns parsed JSON", () => parsingStore(remoteStore().store)],
  ])("requests it once, with a store that %s", async (_, makeStore) => {
    const api = slowApi();
    const store = makeStore();
    const calls = Promise.all(Array.from({ length: 8 }, () => member(api, store)()));
    expect(await settle(calls)).toMatchObject({ value: Array(8).fill("token-1") });
    expect(api.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("requests a new one once if the old one is rejected, and never returns the rejected one", async () => {
    const api = slowApi();
    const { store } = remoteStore();
    const members = Array.from({ length: 8 }, () => member(api, store));
    for (const accessToken of members) await value(accessToken());
    const calls = Promise.all(members.map((accessToken) => accessToken({ rejected: "token-1" })));
    expect(await settle(calls)).toMatchObject({ value: Array(8).fill("token-2") });
    expect(await value(member(api, store)())).toBe("token-2");
    expect(api.requests).toHaveLength(2);
  });

  test("renews it once", async () => {
    const api = slowApi();
    const { store } = remoteStore();
    const members = Array.from({ length: 8 }, () => member(api, store));
    for (const accessToken of members) await value(accessToken());
    vi.advanceTimersByTime(DAY_MS * 0.96);
    for (const accessToken of members) expect(await accessToken()).toBe("token-1");
    await vi.advanceTimersByTimeAsync(1000);
    for (const accessToken of members) expect(await accessToken()).toBe("token-2");
    expect(api.requests).toHaveLength(2);
  });

  test("waits at most a fifth of timeoutMs for a process that died during its request", async () => {
    const { store, map } = remoteStore();
    await value(member(tokenServer(), store)());
    const [key] = map.keys();
    map.clear();
    map.set(`${key}:asking`, '"asking dead"');
    const startedAt = Date.now();
    expect(await value(member(tokenServer(), store, { timeoutMs: 5000 })())).toBe("token-1");
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });

  test("requests it in turn if the first process fails", async () => {
    const { store } = remoteStore();
    const failing = member(tokenServer(new Response(null, { status: 403 })), store)();
    failing.catch(() => {});
    await vi.advanceTimersByTimeAsync(20);
    const api = tokenServer();
    const both = await settle(Promise.allSettled([failing, member(api, store)()]));
    expect(both).toMatchObject({ value: [{ status: "rejected" }, { value: "token-1" }] });
  });

  test("gives up its turn when nobody waits for the token any more", async () => {
    const { store, map } = remoteStore();
    const api = tokenServer(() => new Promise<Response>(() => {}));
    const controller = new AbortController();
    const call = member(api, store)({ signal: controller.signal });
    await vi.advanceTimersByTimeAsync(200);
    expect([api.requests.length, map.size]).toEqual([1, 1]);
    controller.abort("enough");
    await expect(call).rejects.toBe("enough");
    await vi.advanceTimersByTimeAsync(10);
    expect([map.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});

const down = () => {
  throw new Error("down");
};
const working = () => remoteStore().store;
const never = () => new Promise<never>(() => {});
const forgetful = { get: () => undefined, set: () => undefined, delete: () => undefined };
const NOT_A_TOKEN = "The store returned something that is not a token";
const NOT_WHAT_WAS_SET = "The store did not return what was set, so tokens are not shared";

test.each<[string, TokenStore, string]>([
  ["it throws", { get: down, set: down, delete: down }, "down"],
  ["it rejects", { ...working(), get: () => Promise.reject(new Error("no")) }, "no"],
  ["it rejects with a text", { ...working(), get: () => Promise.reject("no luck") }, "The store failed: no luck"],
  ["it hangs", { get: never, set: never, delete: never }, "The store took longer than 250 ms"],
  ["writing fails", { ...working(), set: down }, "down"],
  ["writing hangs", { ...working(), set: never }, "The store took longer than 250 ms"],
  ["only the token cannot be written", onlyMarks(working()), "down"],
  ["deleting fails", { ...working(), delete: down }, "down"],
  ["it forgets everything", forgetful, NOT_WHAT_WAS_SET],
  ["it returns garbage", { ...forgetful, get: () => "garbage" }, NOT_A_TOKEN],
])("if the store fails, the token is requested without it, which is reported once: %s", async (_, store, message) => {
  const startedAt = Date.now();
  const api = tokenServer();
  const errors: Error[] = [];
  const accessToken = member(api, store, { onStoreError: (error) => void errors.push(error) });
  expect(await value(accessToken())).toBe("token-1");
  expect(Date.now() - startedAt).toBeLessThan(1000);
  expect(await value(accessToken())).toBe("token-1");
  await vi.advanceTimersByTimeAsync(1000);
  expect(errors.map(({ message }) => message)).toEqual([message]);
  expect(await value(accessToken({ rejected: "token-1" }))).toBe("token-2");
  expect(api.requests).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(vi.getTimerCount()).toBe(0);
});

function onlyMarks({ set, ...store }: TokenStore): TokenStore {
  return { ...store, set: (key, value, ttlMs) => (value.includes("token") ? down() : set(key, value, ttlMs)) };
}

describe("what is in the store", () => {
  const now = Date.now();
  const good = { accessToken: "stored", obtainedAt: now - 1000, expiresAt: now + DAY_MS, key: "KEY" };
  test.each<[string, unknown]>([
    ["a number", 5],
    ["an object", good],
    ["invalid JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["another shape", "{}"],
    ["a token that no header can carry", JSON.stringify({ ...good, accessToken: "a\nb" })],
    ["no token", JSON.stringify({ ...good, accessToken: undefined })],
    ["an expired token", JSON.stringify({ ...good, expiresAt: good.obtainedAt })],
    ["a token that never expires", JSON.stringify({ ...good, expiresAt: undefined })],
    ["a token of another key", JSON.stringify({ ...good, key: "another" })],
    ["a token of unknown age", JSON.stringify({ ...good, obtainedAt: undefined })],
    ["a token whose age is a text", JSON.stringify({ ...good, obtainedAt: String(good.obtainedAt) })],
    ["a token whose end is a text", JSON.stringify({ ...good, expiresAt: String(good.expiresAt) })],
  ])("garbage in the store is not used as a token: %s", async (_, garbage) => {
    const set = vi.fn();
    const get = (key: string) => (key.endsWith(":asking") ? undefined : withKey(garbage, key));
    expect(await value(member(tokenServer(), { get, set, delete: () => {} })())).toBe("token-1");
    expect(set).toHaveBeenCalledTimes(2);
  });

  test("a valid token in the store is used, at most for the longest lifetime of a token", async () => {
    for (const life of [1000, DAY_MS, DAY_MS + 60_000, Number.MAX_VALUE]) {
      const now = Date.now();
      const stored = JSON.stringify({ ...good, obtainedAt: now + 5000, expiresAt: now + 5000 + life });
      const store = { get: (key: string) => withKey(stored, key), set: () => {}, delete: () => {} };
      const accessToken = member(tokenServer(), store);
      expect(await value(accessToken())).toBe("stored");
      store.get = () => "garbage";
      vi.advanceTimersByTime(Math.min(life, DAY_MS) * 0.89);
      expect(await value(accessToken())).toBe("stored");
      vi.advanceTimersByTime(Math.min(life, DAY_MS) * 0.11);
      expect(await value(accessToken())).toBe("token-1");
    }
  });

  const withKey = (value: unknown, key: string) =>
    typeof value === "string" ? value.replace('"KEY"', JSON.stringify(key)) : value;
});

describe("onStoreError", () => {
  test.each<[string, () => TokenStore]>([
    ["undefined for what is not there", () => new Map() as unknown as TokenStore],
    ["null for what is not there", working],
    ["parsed JSON", () => parsingStore(working())],
  ])("is not called if the store works, and returns %s", async (_, makeStore) => {
    const store = makeStore();
    const onStoreError = vi.fn();
    for (let process = 0; process < 2; process += 1) {
      expect(await value(member(tokenServer(), store, { onStoreError })())).toBe("token-1");
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(onStoreError).not.toHaveBeenCalled();
  });

  test("is called if the store returns another token than was set", async () => {
    const { get, ...store } = working();
    const change = (value: unknown) => (typeof value === "string" ? value.replace("token-1", "token-0") : value);
    const onStoreError = vi.fn();
    await value(member(tokenServer(), { ...store, get: async (key) => change(await get(key)) }, { onStoreError })());
    expect(onStoreError.mock.calls).toEqual([[expect.objectContaining({ message: NOT_WHAT_WAS_SET })]]);
  });

  test("is called again for the next token, and not before", async () => {
    const onStoreError = vi.fn();
    const accessToken = member(tokenServer(), { get: down, set: down, delete: down }, { onStoreError });
    await value(accessToken());
    await value(accessToken());
    expect(onStoreError).toHaveBeenCalledTimes(1);
    await value(accessToken({ rejected: "token-1" }));
    expect(onStoreError).toHaveBeenCalledTimes(2);
  });

  test("gets an error without a secret: neither the client's, nor the rejected token, nor the new one", async () => {
    const { store } = remoteStore();
    const shown: string[] = [];
    const leak = (...secrets: string[]) => {
      throw new Error(`Failed with ${secrets.join(" ")}`);
    };
    let failing: Partial<TokenStore> = {};
    const calling =
      (name: keyof TokenStore) =>
      (key: string, value = "", ttlMs = 0) =>
        (failing[name] ?? store[name])(key, value, ttlMs);
    const accessToken = member(
      tokenServer(),
      { get: calling("get"), set: calling("set"), delete: calling("delete") },
      { clientSecret: "short!", onStoreError: ({ message, stack }) => shown.push(`${message} ${stack}`) },
    );
    await value(accessToken());
    failing = { get: () => leak("short!", "token-1") };
    await value(accessToken({ rejected: "token-1" }));
    failing = { set: (key, value, ttlMs) => (value.includes("token-3") ? leak(value) : store.set(key, value, ttlMs)) };
    await value(accessToken({ rejected: "token-2" }));
    expect(shown).toHaveLength(2);
    for (const text of shown) expect(text).toContain("[redacted]");
    expect(shown.join()).not.toMatch(/short!|token-[123]/);
  });

  test.each<[string, (value: string) => string]>([
    ["as it is stored", (value) => value],
    ["as JSON of JSON", (value) => JSON.stringify({ value })],
    ["alone", (value) => (JSON.parse(value) as { accessToken: string }).accessToken],
    ["as an object", (value) => inspect(JSON.parse(value)).replace("Another-process-has-IT", "Short-IT")],
  ])("gets an error without the token of another process that a store quotes %s", async (_, quoted) => {
    const { store } = remoteStore();
    const token = "Another-process-has-IT";
    const response = { access_token: token, token_type: "Bearer", expires_in: 9, created_at: 0 };
    await value(
      member(
        tokenServer(() => Response.json(response)),
        store,
      )(),
    );
    const shown: string[] = [];
    const get = async (key: string) => {
      const stored = await store.get(key);
      if (typeof stored !== "string" || !stored.includes(token)) return stored;
      throw Object.assign(new Error(`ERR_CANNOT_DECRYPT ${quoted(stored)}`, { cause: new Error(quoted(stored)) }));
    };
    const onStoreError = (error: Error) => void shown.push(inspect(error));
    await value(member(tokenServer(), { ...store, get }, { onStoreError })());
    expect(shown).toEqual([expect.stringContaining("ERR_CANNOT_DECRYPT")]);
    expect(shown[0]).toMatch(/at .*get \(.*unit\/oauth\/shared-store\.test\.ts/);
    expect(shown[0]).not.toMatch(/another-process|short-it/i);
  });

  test.each<[string, () => unknown]>([
    ["throws", down],
    ["rejects", () => Promise.reject(new Error("no"))],
  ])("changes nothing if it %s", async (_, onStoreError) => {
    const store = { get: down, set: down, delete: down };
    expect(await value(member(tokenServer(), store, { onStoreError })())).toBe("token-1");
  });

  test("is called if no key can be made, as in a page without https, and the store is not used", async () => {
    vi.spyOn(crypto.subtle, "digest").mockRejectedValue(new Error("no crypto"));
    const onStoreError = vi.fn();
    const store = { get: vi.fn(), set: vi.fn(), delete: vi.fn() };
    expect(await value(member(tokenServer(), store, { onStoreError })())).toBe("token-1");
    expect(onStoreError.mock.calls).toEqual([[expect.objectContaining({ message: "no crypto" })]]);
    for (const method of Object.values(store)) expect(method).not.toHaveBeenCalled();
  });
});

test("what the store returns is compared with what was set once, not for each token", async () => {
  const { store } = remoteStore();
  const get = vi.fn(store.get);
  const accessToken = member(tokenServer(), { ...store, get });
  await value(accessToken());
  const firstReads = get.mock.calls.length;
  await value(accessToken({ rejected: "token-1" }));
  expect(get.mock.calls.length - firstReads).toBe(firstReads - 1);
});

test("a store that fails before the mark is set is not asked to delete the mark", async () => {
  const remove = vi.fn();
  const get = () => Promise.reject(new Error("down"));
  await value(member(tokenServer(), { get, set: () => {}, delete: remove })());
  await vi.advanceTimersByTimeAsync(1000);
  expect(remove).not.toHaveBeenCalled();
});

test.each([
  [0, 5],
  [10, 30],
  [40, 50],
])(
  "a process looks at its mark again after as long as two reads and a write took, from 5 to 50 ms; %i ms each",
  async (latencyMs, waitMs) => {
    vi.advanceTimersByTime(1000);
    const { store } = remoteStore(latencyMs);
    const times: number[] = [];
    const look: TokenStore = {
      ...store,
      get: (key) => (times.push(Date.now()), store.get(key)),
      set: async (...entry) => {
        await store.set(...entry);
        times.push(Date.now());
      },
    };
    await value(member(tokenServer(), look)());
    const [, , marked = 0, again = 0] = times;
    expect(again - marked).toBe(waitMs);
  },
);

describe("an abandoned lookup", () => {
  test("leaves neither a timer nor its mark, so it does not delay the next one, and is not reported", async () => {
    const { store, map } = remoteStore();
    const api = tokenServer();
    const onStoreError = vi.fn();
    const controller = new AbortController();
    const call = member(api, store, { onStoreError })({ signal: controller.signal });
    call.catch(() => {});
    await vi.advanceTimersByTimeAsync(6); // It has set its mark, and waits to look again.
    expect(map.size).toBe(1);
    controller.abort();
    await vi.advanceTimersByTimeAsync(5);
    expect([map.size, vi.getTimerCount(), api.requests.length]).toEqual([0, 0, 0]);
    expect(onStoreError).not.toHaveBeenCalled();
    const startedAt = Date.now();
    await value(member(api, store)());
    expect(Date.now() - startedAt).toBeLessThan(200);
  });

  test("sets no mark if it was abandoned while the store responded", async () => {
    const { store, map, ttls } = remoteStore(20);
    const controller = new AbortController();
    const call = member(tokenServer(), store)({ signal: controller.signal });
    call.catch(() => {});
    await vi.advanceTimersByTimeAsync(30);
    controller.abort();
    await vi.advanceTimersByTimeAsync(100);
    expect([map.size, ttls, vi.getTimerCount()]).toEqual([0, [], 0]);
  });

  test("never replaces a newer token with an older one that took long to store", async () => {
    const api = tokenServer();
    const writes = [200, 0];
    const store: TokenStore = {
      get: () => undefined, // So the second caller does not see that the first one is still at work.
      set: (key) => !key.endsWith(":asking") && new Promise((resolve) => setTimeout(resolve, writes.shift())),
      delete: () => {},
    };
    const accessToken = member(api, store);
    const controller = new AbortController();
    const abandoned = accessToken({ signal: controller.signal });
    await vi.advanceTimersByTimeAsync(100);
    expect(api.requests).toHaveLength(1);
    controller.abort("enough");
    await expect(abandoned).rejects.toBe("enough");
    expect(await value(accessToken())).toBe("token-2");
    await vi.advanceTimersByTimeAsync(200);
    expect([await value(accessToken()), api.requests.length]).toEqual(["token-2", 2]);
  });
});

test.each([
  [10_000, 2000, [0, 50, 150, 350, 750, 1550, 2000]],
  [100_000, 2000, [0, 50, 150, 350, 750, 1550, 2000]],
  [999, 200, [0, 50, 150, 200]],
])(
  "while another process requests the token, the store is read less and less often; timeoutMs %i: for %i ms",
  async (timeoutMs, ttlMs, looks) => {
    const startedAt = Date.now();
    const times: number[] = [];
    const ttls: number[] = [];
    const store: TokenStore = {
      get: (key) => {
        if (!key.endsWith(":asking")) return undefined;
        times.push(Date.now() - startedAt);
        return "asking another";
      },
      set: (_, __, ttlMs) => ttls.push(ttlMs),
      delete: () => {},
    };
    expect(await value(member(tokenServer(), store, { timeoutMs })())).toBe("token-1");
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual(looks);
    expect(Date.now() - startedAt).toBeLessThan(ttlMs + 100);

    await value(member(tokenServer(), { ...store, get: () => undefined }, { timeoutMs })());
    expect(ttls.every(Number.isInteger)).toBe(true);
    expect(ttls).toContain(ttlMs);
  },
);

test("a process that sets its mark checks it again soon, however long it has waited", async () => {
  const { store } = remoteStore();
  const failing = tokenServer(
    () => new Promise((done) => setTimeout(() => done(new Response(null, { status: 403 })), 850)),
  );
  member(failing, store)().catch(() => {});
  await vi.advanceTimersByTimeAsync(20);
  const startedAt = Date.now();
  expect(await value(member(tokenServer(), store)())).toBe("token-1");
  expect(Date.now() - startedAt).toBeLessThan(2000);
});

test("a token requested while the store was slow is still stored later", async () => {
  const { store, map } = remoteStore();
  let isSlow = true;
  const slow: TokenStore = { ...store, get: (key) => (isSlow ? new Promise(() => {}) : store.get(key)) };
  const api = tokenServer();
  await value(member(api, slow)());
  isSlow = false;
  await vi.advanceTimersByTimeAsync(10);
  expect(map.size).toBe(1);
  expect(await value(member(api, slow)())).toBe("token-1");
});

test("a token that is stored as its mark disappears is used", async () => {
  const { store, map } = remoteStore();
  await value(member(tokenServer("stored"), store)());
  await vi.advanceTimersByTimeAsync(10);
  const [[key, stored] = ["", ""]] = map;
  map.clear();
  map.set(`${key}:asking`, "asking another");
  const api = tokenServer();
  const finishing: TokenStore = {
    ...store,
    get: async (name) => {
      const found = await store.get(name);
      // The other process finishes between the two looks.
      map.delete(`${key}:asking`);
      map.set(key, stored);
      return found;
    },
  };
  expect(await value(member(api, finishing)())).toBe("stored");
  expect(api.requests).toHaveLength(0);
});

describe("in the store", () => {
  test("a rejected token is deleted, even if there is no other", async () => {
    const { store, map } = remoteStore();
    const accessToken = member(tokenServer("token-1", new Response(null, { status: 403 })), store);
    await value(accessToken());
    expect(await settle(accessToken({ rejected: "token-1" }))).toMatchObject({ status: "rejected" });
    await vi.advanceTimersByTimeAsync(10);
    expect(map.size).toBe(0);
  });

  test("a valid token stays if its renewal fails", async () => {
    const { store } = remoteStore();
    const accessToken = member(tokenServer("token-1", new Response(null, { status: 403 })), store);
    await value(accessToken());
    vi.advanceTimersByTime(DAY_MS * 0.96);
    await accessToken();
    await vi.advanceTimersByTimeAsync(1000);
    const api = tokenServer("token-2");
    expect(await value(member(api, store)())).toBe("token-1");
    expect(api.requests).toHaveLength(0);
  });
});

test.each([
  [400, 10],
  [4000, 100],
  [10_000, 250],
  [100_000, 250],
])("with a timeoutMs of %i, a store that hangs delays a call by %i ms, once", async (timeoutMs, expected) => {
  const startedAt = performance.now();
  await value(member(tokenServer(), { get: never, set: never, delete: never }, { timeoutMs })());
  const durationMs = performance.now() - startedAt;
  expect(durationMs).toBeGreaterThanOrEqual(expected);
  expect(durationMs).toBeLessThan(expected + 20);
});

test("garbage in place of a mark does not count as a mark, and nobody waits for it", async () => {
  const startedAt = performance.now();
  await value(member(tokenServer(), { ...forgetful, get: () => "garbage" })());
  expect(performance.now() - startedAt).toBeLessThan(200);
});

/** A store with the names of what is done in it; writing a token takes a while. */
function watchedStore() {
  const events: string[] = [];
  const map = new Map<string, string>();
  const nameOf = (key: string) => (key.endsWith(":asking") ? "the mark" : "the token");
  const store: TokenStore = {
    get: (key) => map.get(key),
    set: async (key, value) => {
      if (nameOf(key) === "the token") await new Promise((resolve) => setTimeout(resolve, 20));
      map.set(key, value);
      events.push(`${nameOf(key)} is there`);
    },
    delete: (key) => {
      map.delete(key);
      events.push(`${nameOf(key)} goes`);
    },
  };
  return { store, events };
}

test("the mark is deleted after the token is stored, and a process that finds the token touches no mark", async () => {
  const { store, events } = watchedStore();
  await value(member(tokenServer(), store)());
  await vi.advanceTimersByTimeAsync(100);
  expect(events.splice(0)).toEqual(["the mark is there", "the token is there", "the mark goes"]);
  expect(await value(member(tokenServer("another"), store)())).toBe("token-1");
  expect(events).toEqual([]);
});

test("a token that expires as it arrives is not stored, which is not a failure", async () => {
  const { store, events } = watchedStore();
  const late = { access_token: "late", token_type: "Bearer", expires_in: 1, created_at: 0 };
  const api = tokenServer(() => new Promise((done) => setTimeout(() => done(Response.json(late)), 1500)));
  const onStoreError = vi.fn();
  await value(member(api, store, { onStoreError })());
  await vi.advanceTimersByTimeAsync(100);
  expect(events).toEqual(["the mark is there", "the mark goes"]);
  expect(onStoreError).not.toHaveBeenCalled();
});

test("a process that was busy for longer than the store's time limit still reads a response that has arrived", async () => {
  vi.useRealTimers();
  const api = tokenServer();
  const map = new Map<string, string>();
  const store = {
    get: (key: string) => {
      const value = map.get(key);
      if (value === undefined) return undefined;
      const until = performance.now() + 50; // The limit is 10 ms.
      while (performance.now() < until);
      return new Promise((resolve) => setImmediate(resolve, value));
    },
    set: (key: string, value: string) => map.set(key, value),
    delete: (key: string) => map.delete(key),
  };
  for (let process = 0; process < 2; process += 1)
    expect(await member(api, store, { timeoutMs: 400 })()).toBe("token-1");
  expect(api.requests).toHaveLength(1);
});
