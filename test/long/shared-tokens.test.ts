import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startApiServer, type ApiServer } from "../support/api-server.js";
import { startRealServer, type RealServer } from "../support/real-server.js";

const SHARER = fileURLToPath(new URL("token-sharer.js", import.meta.url));
const PROCESSES = 8;
// One for each of the 50 users on a quiet machine; without sharing, one for each process.
const MAX_TOKEN_REQUESTS = 2 * 50;
const TOKEN_MS = 100;
const STOP_AFTER_MS = 150;

let redis: RealServer;
let api: ApiServer;
let processes: ChildProcess[];
const tokenOf = new Map<string, string>();

beforeAll(async () => {
  redis = await startRealServer("redis-server", (port) => [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
  ]);
  let issued = 0;
  // Accepts only the newest token of the order's user, and returns a valid one again.
  api = await startApiServer({
    generateAccessToken({ body }, _, next) {
      const { assertion } = JSON.parse(body) as { assertion: string };
      const { user_id } = JSON.parse(Buffer.from(assertion, "base64").toString()) as { user_id: string };
      const token = tokenOf.get(user_id) ?? `token-${(issued += 1)}-of-${user_id}`;
      tokenOf.set(user_id, token);
      return { body: { ...(next().body as object), access_token: token }, delayMs: TOKEN_MS };
    },
    markMessagesAsRead({ params, token }, _, next) {
      const isValid = token === tokenOf.get(params["order_id"]?.replace("order-of-", "") ?? "");
      return isValid ? next() : { status: 401 };
    },
  });
  const args = [api.url, `redis://127.0.0.1:${redis.port}`];
  processes = Array.from({ length: PROCESSES }, () => fork(SHARER, args, { execArgv: [] }));
  await Promise.all(processes.map((child) => once(child, "message")));
});
afterAll(async () => {
  for (const child of processes) child.kill();
  await Promise.all([redis.stop(), api.close()]);
});

test("processes that share a store request a token for each user about once, and lose no call when it is lost", async () => {
  expect(await callAll()).toEqual({
    tokenRequests: expect.toSatisfy((count) => count <= MAX_TOKEN_REQUESTS),
    errors: [],
  });
  expect(await callAll()).toEqual({ tokenRequests: 0, errors: [] });

  tokenOf.clear(); // Rejects all.
  const [{ errors }] = await Promise.all([callAll(), delay(STOP_AFTER_MS).then(() => redis.stop())]);
  expect(errors).toEqual([]);
});

async function callAll() {
  const before = api.requestsOf("generateAccessToken").length;
  const results = processes.map(async (child) => ((await once(child, "message")) as [string[]])[0]);
  for (const child of processes) child.send("go");
  const errors = (await Promise.all(results)).flat();
  return { tokenRequests: api.requestsOf("generateAccessToken").length - before, errors };
}
