// Compares a call of this client with the same call through others: own CPU time, a call to a server on this machine, and
// what a client adds to an outage. Prints a table, and fails if this client is over one of its budgets.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { Bench } from "tinybench";
import { fail, rejectArguments } from "../common/fail.js";
import { clients, ORDER_IDS } from "./clients.js";

const ROUNDS = 5;
const LIMITS = { time: 300, iterations: 1, warmupTime: 150, warmupIterations: 1 };
const OUTAGE_MS = 10_000;

rejectArguments("bench");
try {
  await bench();
  process.exit(); // Idle connections of the clients would keep the process.
} catch (error) {
  fail("bench", error);
}

async function bench() {
  const figures = {
    cpu: await ownCpu(),
    ...(await overLoopback()),
    calls200: await requestsPerCall(200),
    calls1000: await requestsPerCall(1000),
  };
  printTable(figures);
  const { cpu, inFlight, calls200, calls1000 } = figures;
  const overUndici = inFlight["this client, undiciFetch"] / inFlight["undici.request"];
  const budgets = [
    ["own CPU / openapi-fetch's", cpu["this client"] / cpu["openapi-fetch"], 1.25],
    ["undiciFetch, 64 in flight / undici.request", overUndici, 1.4],
    ["requests per call, 200 failing calls", calls200["this client"], 1.3],
    ["requests per call, 1,000 failing calls", calls1000["this client"], 1.15],
  ];
  for (const [what, value, most] of budgets) console.log(`bench: ${what}: ${value.toFixed(2)} (at most ${most})`);
  if (budgets.some(([, value, most]) => !(value <= most))) throw new Error("over budget, see above");
}

/** The CPU time of a call in microseconds, each client in a process of its own. */
async function ownCpu() {
  const takingFetch = Object.keys(clients).filter((name) => clients[name].length === 2);
  return await medians(takingFetch, async () => {
    const figures = [];
    for (const name of takingFetch) {
      const [figure] = await once(fork(new URL("own-cpu.js", import.meta.url), [name]), "message");
      figures.push(figure);
    }
    return figures;
  });
}

/** The time of a call in microseconds, one at a time and with 64 in flight. */
async function overLoopback() {
  const server = fork(new URL("server.js", import.meta.url));
  const [baseUrl] = await once(server, "message");
  const calls = Object.entries(clients).map(([name, create]) => [name, create(baseUrl)]);
  const oneAtATime = await microsecondsPerCall(calls, 1);
  const inFlight = await microsecondsPerCall(calls, 64);
  server.disconnect();
  return { oneAtATime, inFlight };
}

async function microsecondsPerCall(calls, atOnce) {
  const names = calls.map(([name]) => name);
  return await medians(names, async () => {
    const bench = new Bench({ ...LIMITS, throws: true });
    for (const [name, call] of calls) bench.add(name, () => callAll(call, atOnce));
    await bench.run();
    return bench.tasks.map(({ result }) => (result.latency.p50 * 1000) / ORDER_IDS.length);
  });
}

/** The medians of several rounds, since other work on the machine slows down the clients of one round alike. */
async function medians(names, measure) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure());
  const medianOf = (index) => rounds.map((round) => round[index]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  return Object.fromEntries(names.map((name, index) => [name, medianOf(index)]));
}

async function callAll(call, atOnce) {
  let next = 0;
  const work = async () => {
    while (next < ORDER_IDS.length) {
      const { messages_read_count: count } = await call(ORDER_IDS[next++]);
      if (count !== 15) throw new Error(`a call returned ${count}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** How many requests each client, at its defaults, sends for one of so many calls in 10 s that all get a 503. */
async function requestsPerCall(count) {
  const measured = Object.entries(clients).map(async ([name, create]) => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.writeHead(503).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const call = create(`http://127.0.0.1:${server.address().port}`);
    const startedAt = performance.now();
    const pending = [];
    for (let index = 0; index < count; index += 1) {
      await delay(startedAt + (index * OUTAGE_MS) / count - performance.now());
      const succeeded = call(`order-${index}`).then(
        () => true,
        () => false,
      );
      pending.push(succeeded);
    }
    const results = await Promise.all(pending);
    server.close();
    if (results.includes(true)) throw new Error(`${name} took a 503 for a success`);
    return [name, requests / count];
  });
  return Object.fromEntries(await Promise.all(measured));
}

function printTable({ cpu, oneAtATime, inFlight, calls200, calls1000 }) {
  const time = (figures, name) =>
    name in figures ? `${figures[name].toFixed(0)} µs, ${(figures[name] / figures.fetch).toFixed(2)} ×` : "–";
  const rows = Object.keys(clients).map((name) => [
    name,
    ...[cpu, oneAtATime, inFlight].map((figures) => time(figures, name)),
    `${calls200[name].toFixed(2)}, ${calls1000[name].toFixed(2)}`,
  ]);
  const header = ["client", "own CPU per call", "one at a time", "64 in flight", "requests per failing call"];
  const lines = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  console.log(lines.join("\n"));
  console.log(
    `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0].model}), ${new Date().toISOString().slice(0, 10)}`,
  );
}
