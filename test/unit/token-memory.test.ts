import { expect, test } from "vitest";
import { createTokenProvider } from "../../src/oauth.js";
import { tokenServer } from "../support/token-server.js";

test("at most 10,000 tokens are kept; the oldest goes first", async () => {
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
