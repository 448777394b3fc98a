// The time of a call to a local server, which runs in a process of its own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createCalls } from "./calls.js";
import { BASELINE, CLIENTS } from "./clients.js";
import { ORDER_IDS } from "./exchange.js";
import { interleave } from "./rounds.js";
import { compare } from "./statistics.js";

/** @typedef {import("./calls.js").Call} Call */

// It takes thousands of calls until all the code of a network call is compiled.
const ONE_AT_A_TIME = { rounds: 30, warmUpRounds: 40 };
const IN_FLIGHT = { rounds: 30, warmUpRounds: 5 };

/**
 * @param {string} project where the clients are installed
 * @returns microseconds per call, one at a time and with 64 in flight, by the names of the clients
 */
export function measure(project) {
  return measureCalls(project, CLIENTS, BASELINE);
}

/**
 * @param {string} project
 * @param {readonly Pick<import("./clients.js").Client, "name" | "file">[]} clients
 * @param {string} baseline
 * @param {"http" | "https"} scheme
 */
export function measureCalls(project, clients, baseline, scheme = "http") {
  return withServer(scheme, async (baseUrl) => {
    const calls = await createCalls(project, clients, { baseUrl });
    const single = (/** @type {Call} */ call) => timePerCall(call, { count: 200, atOnce: 1 });
    const together = (/** @type {Call} */ call) => timePerCall(call, { count: 640, atOnce: 64 });
    const oneAtATime = await interleave(calls, single, ONE_AT_A_TIME);
    const inFlight = await interleave(calls, together, IN_FLIGHT);
    return { oneAtATime: compare(oneAtATime, baseline), inFlight: compare(inFlight, baseline) };
  });
}

/**
 * Makes many calls with as many at once as allowed.
 *
 * @param {Call} call
 * @param {{ count: number, atOnce: number }} load
 */
export async function runCalls(call, { count, atOnce }) {
  let begun = 0;
  const work = async () => {
    while (begun < count) await call(ORDER_IDS[begun++ % ORDER_IDS.length] ?? "");
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/**
 * @param {Call} call
 * @param {{ count: number, atOnce: number }} load
 */
async function timePerCall(call, load) {
  const startedAt = performance.now();
  await runCalls(call, load);
  return ((performance.now() - startedAt) * 1000) / load.count;
}

/**
 * @typedef {object} BenchServer
 * @property {(count: number) => Promise<unknown>} hold makes it hold its responses from now on
 * @property {() => Promise<unknown>} held resolves when it holds as many as asked for
 * @property {() => void} release sends them
 */

/**
 * @template T
 * @param {"http" | "https"} scheme
 * @param {(baseUrl: string, server: BenchServer) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withServer(scheme, work) {
  const child = fork(fileURLToPath(new URL("server.js", import.meta.url)), [scheme], { execArgv: [] });
  try {
    const [baseUrl] = await once(child, "message");
    return await work(baseUrl, {
      hold: (count) => {
        child.send(count);
        return once(child, "message");
      },
      held: () => once(child, "message"),
      release: () => void child.send(0),
    });
  } finally {
    child.disconnect();
  }
}
