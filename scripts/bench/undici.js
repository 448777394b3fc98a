// This client through undiciFetch, beside what it is made of and beside the others: over plain HTTP and TLS, and with many
// calls in flight.
import { BARE_UNDICI, CLIENTS, UNDICI_FETCH, WITH_UNDICI } from "./clients.js";
import { createCalls } from "./calls.js";
import { ORDER_IDS } from "./exchange.js";
import { measureCalls, runCalls, withServer } from "./loopback.js";
import { interleave } from "./rounds.js";
import { compare, spread } from "./statistics.js";

const MANY = 1000;
const CPU_ROUNDS = { rounds: 30, warmUpRounds: 5 };
const MANY_ROUNDS = { rounds: 5, warmUpRounds: 2 };

/** @typedef {import("./calls.js").Call} Call */

/**
 * @param {string} project where the clients are installed
 * @returns by the names of the clients: microseconds per call, compared with undici's own `request`, and bytes per call
 *   in flight
 */
export async function measure(project) {
  const clients = [BARE_UNDICI, UNDICI_FETCH, WITH_UNDICI, ...CLIENTS];
  const plain = await measureCalls(project, clients, BARE_UNDICI.name, "http");
  const tls = await measureCalls(project, clients, BARE_UNDICI.name, "https");
  return withServer("http", async (baseUrl, server) => {
    const calls = await createCalls(project, clients, { baseUrl });
    const cpuOf = (/** @type {{ count: number, atOnce: number }} */ load) => (/** @type {Call} */ call) =>
      cpuPerCall(call, load);
    const cpu = await interleave(calls, cpuOf({ count: 640, atOnce: 64 }), CPU_ROUNDS);
    const manyCpu = await interleave(calls, cpuOf({ count: MANY, atOnce: MANY }), MANY_ROUNDS);
    const heap = await interleave(calls, (call) => heapPerCall(call, server), MANY_ROUNDS);
    return {
      plain,
      tls,
      cpu: compare(cpu, BARE_UNDICI.name),
      manyCpu: compare(manyCpu, BARE_UNDICI.name),
      heap: Object.fromEntries(Object.entries(heap).map(([name, each]) => [name, spread(each)])),
    };
  });
}

/**
 * @param {Call} call
 * @param {{ count: number, atOnce: number }} load
 */
async function cpuPerCall(call, load) {
  const before = process.cpuUsage();
  await runCalls(call, load);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / load.count;
}

/**
 * @param {Call} call
 * @param {import("./loopback.js").BenchServer} server holds its responses until all calls have arrived
 */
async function heapPerCall(call, server) {
  await server.hold(MANY);
  const held = server.held();
  const before = heapBytes();
  const pending = Promise.all(Array.from({ length: MANY }, (_, index) => call(ORDER_IDS[index % 500] ?? "")));
  await held;
  const bytes = heapBytes() - before;
  server.release();
  await pending;
  return bytes / MANY;
}

function heapBytes() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
