// The CPU time of a call when `fetch` returns at once: the client's own work. CPU time, not wall-clock time, since other
// processes may use the machine; it includes the threads that collect garbage and compile, which a server pays for, too.
import { createCalls } from "./calls.js";
import { BASELINE, CLIENTS } from "./clients.js";
import { RESPONSE_BODY, CONTENT_TYPE, ORDER_IDS } from "./exchange.js";
import { interleave } from "./rounds.js";
import { compare } from "./statistics.js";

const ROUNDS = { rounds: 40, warmUpRounds: 10 };

/**
 * @param {string} project where the clients are installed
 * @returns microseconds per call, by the names of the clients
 */
export async function measure(project) {
  const headers = { "Content-Type": CONTENT_TYPE };
  const fetch = async () => new Response(RESPONSE_BODY, { status: 200, headers });
  const calls = await createCalls(project, CLIENTS, { baseUrl: "https://server.example", fetch });
  return compare(await interleave(calls, cpuTime, ROUNDS), BASELINE);
}

/** @param {import("./calls.js").Call} call */
async function cpuTime(call) {
  const before = process.cpuUsage();
  for (const id of ORDER_IDS) await call(id);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / ORDER_IDS.length;
}
