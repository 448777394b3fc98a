// One of several processes that share their access tokens through Keyv on Redis: at each message from its parent it makes
// its calls, and sends back the errors.
import KeyvRedis from "@keyv/redis";
import Keyv from "keyv";

const USERS = 50;
const CALLS_PER_USER = 4;
const [, , baseUrl, redisUrl] = process.argv;

const dist = new URL("../../dist/", import.meta.url);
/** @type {typeof import("../../src/index.js")} */
const { createChatClient } = await import(`${dist}index.js`);
/** @type {typeof import("../../src/oauth/index.js")} */
const { createTokenProvider } = await import(`${dist}oauth.js`);

const store = new Keyv(new KeyvRedis(redisUrl));
store.on("error", () => {}); // Redis is killed on purpose.
const tokens = createTokenProvider({ clientId: "client-123", clientSecret: "not-a-real-secret", baseUrl, store });
// Slow calls are fine here; failed ones are not.
const chat = createChatClient({ accessToken: tokens.forClient(), baseUrl, timeoutMs: 60_000, maxRetries: 5 });
await store.get("connects");

process.on("disconnect", () => process.exit());
process.on("message", async () => {
  const calls = Array.from({ length: USERS * CALLS_PER_USER }, (_, index) => {
    const user = `user-${index % USERS}`;
    return chat.markMessagesAsRead(`order-of-${user}`, { accessToken: tokens.forUser(user) });
  });
  const results = await Promise.allSettled(calls);
  process.send?.(results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : [])));
});
process.send?.("ready");
