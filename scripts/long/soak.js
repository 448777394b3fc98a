// 100,000 calls against a local server that fails one in ten: every call and every attempt must be accounted for, and
// neither the heap nor the number of open sockets may grow.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fail } from "../common/fail.js";

const CALLS = 100_000;
const AT_ONCE = 128;
const MAX_HEAP_GROWTH_BYTES = 1024 * 1024;

if (process.argv[2] === "serve") serve();
else await soak().catch((error) => fail("soak", error));

/** The server; it runs in a process of its own, so that the client's heap is the client's alone. */
function serve() {
  const json = { "Content-Type": "application/json" };
  const error = '{"error":{"message":"m","code":1}}';
  /** @type {((response: import("node:http").ServerResponse) => void)[]} */
  const failures = [
    (response) => response.writeHead(503, { "Retry-After": "0" }).end("<html>overloaded</html>"),
    (response) => response.socket?.resetAndDestroy(),
    (response) => response.writeHead(429, json).end(error),
    (response) =>
      response.writeHead(200, { "Content-Length": "26" }).write('{"messages', () => response.socket?.destroy()),
    (response) => response.writeHead(404, json).end(error),
    (response) => response.writeHead(200, json).end('{"messages_read_count":'),
  ];
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    if (requests % 10 === 0) failures[(requests / 10) % failures.length]?.(response);
    else response.writeHead(200, json).end('{"messages_read_count":1}');
  });
  server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
  process.on("message", () => server.getConnections((_, sockets) => process.send?.({ requests, sockets })));
  process.on("disconnect", () => process.exit());
}

async function soak() {
  if (!globalThis.gc) throw new Error("run it as node --expose-gc scripts/long/soak.js");
  /** @type {typeof import("../../src/index.js")} */
  const { createChatClient, isChatClientError } = await import(new URL("../../dist/index.js", import.meta.url).href);
  const server = fork(fileURLToPath(import.meta.url), ["serve"], { execArgv: [] });
  const [{ port }] = await once(server, "message");
  const chat = createChatClient({ accessToken: async () => "t", baseUrl: `http://127.0.0.1:${port}` });
  const { signal } = new AbortController();

  const counted = { succeeded: 0, failed: 0, attempts: 0, messages: 0 };
  const call = async (/** @type {string} */ orderId) => {
    try {
      const { data, attempts } = await chat.markMessagesAsRead(orderId, { signal });
      counted.succeeded += 1;
      counted.messages += data.messages_read_count;
      counted.attempts += attempts.length;
    } catch (error) {
      if (!isChatClientError(error)) throw error;
      counted.failed += 1;
      counted.attempts += error.attempts.length;
    }
  };
  const quarters = [];
  for (let quarter = 1; quarter <= 4; quarter += 1) {
    let left = CALLS / 4;
    const work = async () => {
      while (left-- > 0) await call(`order-${left}`);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    quarters.push(await atRest(server));
  }
  server.disconnect();

  const [first, , , last] = quarters;
  const growth = last.heapBytes - first.heapBytes;
  const problems = [
    counted.succeeded + counted.failed !== CALLS && "calls are missing",
    counted.messages !== counted.succeeded && "a success has another count",
    counted.attempts !== last.requests && `${counted.attempts} attempts are recorded, but ${last.requests} arrived`,
    growth > MAX_HEAP_GROWTH_BYTES && "the heap grows",
    last.sockets > first.sockets && "sockets are left open",
  ].filter(Boolean);
  console.log(
    `soak: ${CALLS} calls, ${JSON.stringify(counted)}; from the first to the last quarter the heap grew by ${growth} bytes, and ${last.sockets} sockets are left open`,
  );
  if (problems.length > 0) throw new Error(problems.join("; "));
}

/**
 * The figures when nothing is under way: garbage is collected, and the connections that are kept have run out.
 *
 * @param {import("node:child_process").ChildProcess} server
 */
async function atRest(server) {
  let report;
  for (let wait = 0; wait < 20 && report?.sockets !== 0; wait += 1) {
    await delay(500);
    globalThis.gc?.();
    server.send("report");
    [report] = await once(server, "message");
  }
  return { ...report, heapBytes: process.memoryUsage().heapUsed };
}
