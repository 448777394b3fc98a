import { expect, test } from "vitest";
import { createTokenProvider } from "../../../src/oauth/index.js";
import { tokenServer } from "../../support/token-server.js";

test("at most 10,000 tokens are kept; the oldest is dropped first", async () => {
  const api = tokenServer();
  const tokens = createTokenProvider({ clientId: "client-1", clientSecret: "a-secret", fetch: api.fetch });
  for (let user = 0; user < 10_000; user += 1) await tokens.forUser(`user-${user}`)();
  await tokens.forUser("user-0")({ rejected: "token-1" }); // Now the newest.
  await tokens.forUser("one more")();
  const before = api.requests.length;
  await tokens.forUser("user-0")();
  await tokens.forUser("user-2")();
  expect(api.requests).toHaveLength(before);
  await tokens.forUser("user-1")();
  expect(api.requests).toHaveLength(before + 1);
}, 30_000);

test("a process that was busy for longer than the store's time limit still reads a response that has arrived meanwhile", async () => {
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
  const member = () =>
    createTokenProvider({ clientId: "client-1", clientSecret: "a-secret", timeoutMs: 400, fetch: api.fetch, store });
  expect(await member().forClient()()).toBe("token-1");
  expect(await member().forClient()()).toBe("token-1");
  expect(api.requests).toHaveLength(1);
});
