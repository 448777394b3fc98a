// The stores that people share tokens in: two providers, as in two processes, need one token request. What does not fit
// is told to `onStoreError`, once, and never costs a call.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { after, test } from "node:test";
import { Redis as Upstash } from "@upstash/redis";
import Keyv from "keyv";
import { LRUCache } from "lru-cache";
import { createClient } from "redis";
import { createTokenProvider } from "instacart-post-checkout-chat/oauth";

const redis = await startRedis();
const upstash = await startUpstash();

const FITTING = {
  "a Map": () => new Map(),
  Keyv: () => new Keyv(),
  "lru-cache": () => {
    const cache = new LRUCache({ max: 100 });
    return {
      get: (key) => cache.get(key),
      set: (key, value, ttl) => cache.set(key, value, { ttl }),
      delete: (key) => cache.delete(key),
    };
  },
  redis: () => ({
    get: (key) => redis.get(key),
    set: (key, value, ttlMs) => redis.set(key, value, { PX: ttlMs }),
    delete: (key) => redis.del(key),
  }),
  "@upstash/redis, which parses what it gives": () => ({
    get: (key) => upstash.get(key),
    set: (key, value, px) => upstash.set(key, value, { px }),
    delete: (key) => upstash.del(key),
  }),
};

for (const [name, makeStore] of Object.entries(FITTING)) {
  test(`${name} shares tokens`, async () => {
    const { tokens, errors, requests } = await tokensOfTwo(makeStore());
    assert.deepEqual([tokens, requests, errors], [["token-1", "token-1"], 1, [[], []]]);
  });
}

/** As they are given by mistake. */
const UNFITTING = {
  "lru-cache itself, whose `set` takes options": () => new LRUCache({ max: 100 }),
  "a redis that is gone": () => {
    const gone = createClient({ url: "redis://127.0.0.1:2", disableOfflineQueue: true });
    return { get: (key) => gone.get(key), set: (key, value) => gone.set(key, value), delete: (key) => gone.del(key) };
  },
  "a store that never gives back what was set": () => ({ get: () => null, set() {}, delete() {} }),
  "a store that gives `[object Object]`": () => ({ get: () => "[object Object]", set() {}, delete() {} }),
};

for (const [name, makeStore] of Object.entries(UNFITTING)) {
  test(`${name} is reported once per provider, and no call fails`, async () => {
    const { tokens, errors, requests } = await tokensOfTwo(makeStore());
    assert.deepEqual([tokens, requests], [["token-1", "token-2"], 2]);
    assert.deepEqual(
      errors.map(({ length }) => length),
      [1, 1],
      errors.flat().map(String).join("\n"),
    );
    for (const error of errors.flat()) {
      assert(error instanceof Error);
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /token-\d|not-a-real-secret/);
    }
  });
}

test("the plain redis client, which has no `delete`, throws a TypeError that says what a store needs", () => {
  assert.throws(() => providerWith(redis), /store must be .* get, set and delete/);
});

/** What two providers get, one after the other, as in two processes. */
async function tokensOfTwo(store) {
  let requests = 0;
  const fetch = async () => {
    requests += 1;
    return Response.json({
      access_token: `token-${requests}`,
      token_type: "Bearer",
      expires_in: 86_400,
      created_at: 0,
    });
  };
  const errors = [[], []];
  const tokens = [];
  for (const told of errors)
    tokens.push(await providerWith(store, { fetch, onStoreError: (e) => told.push(e) }).forClient()());
  await new Promise((resolve) => setTimeout(resolve, 100)); // What is told later is told, too.
  return { tokens, errors, requests };
}

function providerWith(store, options) {
  return createTokenProvider({ clientId: "a", clientSecret: "not-a-real-secret", store, ...options });
}

async function startRedis() {
  const port = await freePort();
  const server = spawn("redis-server", ["--port", port, "--bind", "127.0.0.1", "--save", ""], { stdio: "ignore" });
  await once(server, "spawn");
  const client = createClient({ url: `redis://127.0.0.1:${port}` }).on("error", () => {});
  await client.connect();
  after(() => {
    client.destroy();
    server.kill("SIGKILL");
  });
  return client;
}

/** Upstash's own client, with a server that keeps what it is sent. */
async function startUpstash() {
  const values = new Map();
  const commands = {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => values.set(key, value) && "OK",
    del: (key) => Number(values.delete(key)),
  };
  const server = createHttpServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const [command, ...args] = JSON.parse(body);
    const result = commands[command.toLowerCase()](...args);
    const encode = (text) => (typeof text === "string" && text !== "OK" ? Buffer.from(text).toString("base64") : text);
    const isEncoded = request.headers["upstash-encoding"] === "base64";
    response.end(JSON.stringify({ result: isEncoded ? encode(result) : result }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close().closeAllConnections());
  return new Upstash({
    url: `http://127.0.0.1:${server.address().port}`,
    token: "t",
    enableTelemetry: false,
    enableAutoPipelining: false,
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
