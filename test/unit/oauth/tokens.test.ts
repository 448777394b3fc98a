import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readProviderOptions } from "../../../src/oauth/options.js";
import { createTokens } from "../../../src/oauth/tokens.js";
import { tokenServer } from "../../support/token-server.js";

const DAY_MS = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("the current token is there from its request until it expires or is rejected, and requests nothing", async () => {
  const { fetch, requests } = tokenServer();
  const settings = readProviderOptions({ clientId: "client-1", clientSecret: "a-secret", fetch });
  const tokens = createTokens(settings);
  const [one, other] = [tokens.forUser("user-1"), tokens.forUser("user-2")];
  expect(one.current()).toBe(undefined);
  await one.get();
  expect([one.current(), tokens.forUser("user-1").current(), other.current()]).toEqual([
    "token-1",
    "token-1",
    undefined,
  ]);

  vi.advanceTimersByTime(DAY_MS - 1);
  expect(one.current()).toBe("token-1");
  vi.advanceTimersByTime(1);
  expect(one.current()).toBe(undefined);
  expect(requests).toHaveLength(1);

  await one.get();
  await one.get({ rejected: "token-2" });
  expect([one.current(), requests.length]).toEqual(["token-3", 3]);
});
