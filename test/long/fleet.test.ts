// The code of the guide "More than one machine" as it stands there: three workers on a real Redis, against an API that
// fails in every way that the guide provides for. One worker is killed, and another one is replaced as by a deployment.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack } from "../../scripts/build/pack.js";
import { startApiServer } from "../support/api-server.js";
import { guideFiles, installGuideProject, toJavaScript, tokenOfUser, writeFiles } from "../support/guide-project.js";
import { startRealServer, type RealServer } from "../support/real-server.js";
import { documentedResponse } from "../support/spec.js";

const USERS = 50;
const ORDERS = Array.from({ length: 1500 }, (_, index) => ({
  orderId: index % 300 === 299 ? `unknown-${index}` : `order-${index}`,
  userId: `user-${index % USERS}`,
}));
const INVALID = { orderId: "order-\u200b1", userId: "user-1" };
const UNKNOWN = ORDERS.map(({ orderId }) => orderId).filter((id) => id.startsWith("unknown"));
const OUTAGE_MS = 8_000;
const RETRY_AFTER_MS = 20_000; // Longer than the jobs that wait would take.
/** Twice the 50 jobs a second of the guide, and what three workers have in flight: a busy machine may see it late. */
const REQUESTS_PER_SECOND = 130;

/** What the test reads of a BullMQ queue. */
interface Jobs {
  getActive(): Promise<{ processedBy?: string; data: { orderId: string } }[]>;
  getFailed(): Promise<{ data: { orderId: string }; failedReason: string }[]>;
  getJobCounts(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

let folder: string;
let api: Awaited<ReturnType<typeof startApi>>;
let redis: RealServer;
let jobs: Jobs;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleet-"));
  const { tarball } = await pack(folder);
  await installGuideProject(folder, tarball);
  const guide = await guideFiles("fleet.md");
  await writeFiles(folder, {
    "marking.js": toJavaScript(guide["marking.ts"] ?? ""),
    "worker.js": toJavaScript(guide["worker.ts"] ?? ""),
    "enqueue.js": `import { enqueue } from "./marking.js";
for (let time = 0; time < 2; time += 1) await enqueue(${JSON.stringify([...ORDERS, INVALID])});
process.exit();`,
  });
  [api, redis] = await Promise.all([
    startApi(),
    startRealServer("redis-server", (port) => ["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""]),
  ]);
  const { Queue } = createRequire(join(folder, "package.json"))("bullmq") as {
    Queue: new (name: string, options: object) => Jobs;
  };
  jobs = new Queue("mark-messages-read", { connection: { host: "127.0.0.1", port: redis.port } });
}, 180_000);
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await jobs?.close();
  await Promise.all([redis?.stop(), api?.close()]);
  await rm(folder, { recursive: true, force: true });
});

test("three workers mark every order, whatever happens to them and to the API", { timeout: 300_000 }, async () => {
  await once(start("enqueue.js"), "exit");
  const [killed, replaced] = [start("worker.js"), start("worker.js"), start("worker.js")] as const;

  await until(() => api.marks.size > 400);
  api.delayMs = 1000; // so that the worker is killed between a request and its response
  await until(async () => (await activeOf(killed)).length > 2);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  api.delayMs = 20;
  const held = new Set((await activeOf(killed)).map(({ data }) => data.orderId));

  await until(() => api.marks.size > 600);
  api.isDown = true;
  await delay(OUTAGE_MS);
  api.isDown = false;

  await until(() => api.marks.size > 1000);
  replaced.kill("SIGTERM");
  expect(await once(replaced, "exit")).toEqual([0, null]);
  expect(await activeOf(replaced)).toEqual([]);
  start("worker.js");

  await until(async () => {
    const { failed, ...open } = await jobs.getJobCounts();
    return failed !== 0 && Object.values(open).every((count) => count === 0);
  });
  console.log(report(held));

  const expected = ORDERS.map(({ orderId }) => orderId).filter((id) => !UNKNOWN.includes(id));
  expect([...api.marks.keys()].toSorted()).toEqual(expected.toSorted());
  for (const [id, times] of api.marks)
    expect([id, times]).toEqual([id, expect.toBeOneOf([1, 1 + Number(held.has(id)) + Number(api.lost.has(id))])]);
  expect(held.size).toBeGreaterThan(0);
  expect(api.lost.size).toBeGreaterThan(0);

  const failed = await jobs.getFailed();
  expect(failed.map(({ data }) => data.orderId).toSorted()).toEqual([...UNKNOWN, INVALID.orderId].toSorted());
  expect(failed.map(({ failedReason }) => failedReason)).toEqual(
    expect.arrayContaining([expect.stringContaining("Resource not found"), expect.stringContaining("orderId must")]),
  );

  expect(new Set(api.tokenRequests).size).toBe(USERS);
  expect(api.tokenRequests.length).toBeLessThanOrEqual(USERS * 1.1);

  expect(peak(api.times)).toBeLessThanOrEqual(REQUESTS_PER_SECOND);
  expect(api.waited).toHaveLength(10);
  for (const ms of api.waited) expect(ms).toBeGreaterThanOrEqual(RETRY_AFTER_MS);
});

const activeOf = async ({ pid }: ChildProcess) =>
  (await jobs.getActive()).filter(({ processedBy }) => processedBy === `${hostname()}-${pid}`);

function start(script: string): ChildProcess {
  const child = spawn(process.execPath, [script], {
    cwd: folder,
    stdio: "ignore",
    env: {
      PATH: process.env["PATH"],
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      INSTACART_BASE_URL: api.url,
      INSTACART_CLIENT_ID: "client-123",
      INSTACART_CLIENT_SECRET: "a-secret",
    },
  });
  children.push(child);
  return child;
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await delay(50);
}

function report(held: ReadonlySet<string>): string {
  const twice = [...api.marks].filter(([, times]) => times > 1).length;
  return `fleet: ${api.marks.size} orders marked with ${api.times.length} requests, ${twice} of them twice; the killed worker held ${held.size}, ${api.lost.size} responses were lost, ${api.tokenRequests.length} token requests, at most ${peak(api.times)} requests in a second`;
}

/** The most requests in any second. */
function peak(times: number[]): number {
  let first = 0;
  return Math.max(
    ...times.map((time, index) => {
      while (time - (times[first] ?? time) >= 1000) first += 1;
      return index - first + 1;
    }),
  );
}

/** The API. An order counts as marked when its request was valid, also if the response is lost then. */
async function startApi() {
  const limited = new Map<string, number>();
  const server = await startApiServer({
    generateAccessToken(request) {
      state.times.push(performance.now());
      state.tokenRequests.push(request.body);
      return tokenOfUser(request);
    },
    markMessagesAsRead({ params: { order_id: id = "" }, token }, outgoing) {
      state.times.push(performance.now());
      const { delayMs } = state;
      const number = Number(id.split("-")[1]);
      if (token !== `token-of-user-${number % USERS}`) return { status: 401 };
      if (number > 1400 && number % 10 === 7 && !limited.has(id)) {
        limited.set(id, performance.now());
        return { status: 429, headers: { "Retry-After": `${RETRY_AFTER_MS / 1000}` } };
      }
      const limitedAt = limited.get(id);
      if (limitedAt) {
        state.waited.push(performance.now() - limitedAt);
        limited.set(id, 0);
      }
      if (state.isDown && (state.lost.has(id) || number % 2 === 0))
        return number % 3 === 0 ? { status: 503, delayMs } : void outgoing.socket?.destroy();
      if (id.startsWith("unknown")) return { ...documentedResponse("markMessagesAsRead 404 orderNotFound"), delayMs };
      state.marks.set(id, (state.marks.get(id) ?? 0) + 1);
      if (!state.isDown) return { body: { messages_read_count: 1 }, delayMs };
      state.lost.add(id);
      return void outgoing.socket?.destroy();
    },
  });
  const state = {
    url: server.url,
    close: server.close,
    isDown: false,
    delayMs: 20,
    /** How often each order was marked. */
    marks: new Map<string, number>(),
    /** The orders that were marked by a request whose response was lost. */
    lost: new Set<string>(),
    tokenRequests: [] as string[],
    /** How long it took until a job came back after a Retry-After. */
    waited: [] as number[],
    /** When each request arrived. */
    times: [] as number[],
  };
  return state;
}
