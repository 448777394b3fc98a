// The memory that calls hold while they wait for their responses.
import { createCalls } from "./calls.js";
import { CLIENTS } from "./clients.js";
import { RESPONSE_BODY, CONTENT_TYPE } from "./exchange.js";
import { interleave } from "./rounds.js";
import { spread } from "./statistics.js";

const IN_FLIGHT = 1000;
const ROUNDS = { rounds: 5, warmUpRounds: 2 };

/**
 * @param {string} project where the clients are installed
 * @returns bytes per call in flight, by the names of the clients
 */
export async function measure(project) {
  /** @type {(() => void)[] | undefined} */
  let waiting;
  const headers = { "Content-Type": CONTENT_TYPE };
  const fetch = async () => {
    await new Promise((resolve) => (waiting ? waiting.push(() => resolve(undefined)) : resolve(undefined)));
    return new Response(RESPONSE_BODY, { status: 200, headers });
  };
  const calls = await createCalls(project, CLIENTS, { baseUrl: "https://server.example", fetch });

  /** @param {import("./calls.js").Call} call */
  async function heapPerCall(call) {
    const before = heapBytes();
    /** @type {(() => void)[]} */
    const respond = (waiting = []);
    const pending = Array.from({ length: IN_FLIGHT }, (_, index) => call(`order-${index}`));
    while (respond.length < IN_FLIGHT) await new Promise(setImmediate);
    const bytes = heapBytes() - before;
    waiting = undefined;
    for (const next of respond) next();
    await Promise.all(pending);
    return bytes / IN_FLIGHT;
  }

  const bytes = await interleave(calls, heapPerCall, ROUNDS);
  return Object.fromEntries(Object.entries(bytes).map(([name, each]) => [name, spread(each)]));
}

function heapBytes() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
