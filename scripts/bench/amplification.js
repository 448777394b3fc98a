// What each client, at its own defaults, adds to an outage: how many requests it sends for a call while all of them fail.
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { createCalls } from "./calls.js";
import { CLIENTS } from "./clients.js";
import { CONTENT_TYPE, ORDER_IDS, RESPONSE_BODY } from "./exchange.js";

const CALLS = 200;
const INTERVAL_MS = 50; // 20 calls a second, for 10 seconds.

/**
 * @param {string} project where the clients are installed
 * @returns {Promise<Record<string, number>>} requests per call, by the names of the clients
 */
export async function measure(project) {
  // At the same time, since it is no time that is measured.
  const measured = CLIENTS.map(async (client) => [client.name, await requestsPerCall(project, client)]);
  return Object.fromEntries(await Promise.all(measured));
}

/**
 * @param {string} project
 * @param {import("./clients.js").Client} client
 */
async function requestsPerCall(project, client) {
  let requests = 0;
  let isDown = false;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    if (isDown) response.writeHead(503).end();
    else response.writeHead(200, { "Content-Type": CONTENT_TYPE }).end(RESPONSE_BODY);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const { [client.name]: call } = await createCalls(project, [client], { baseUrl: `http://127.0.0.1:${port}` });

  requests = 0;
  isDown = true;
  let successes = 0;
  const pending = [];
  const startedAt = performance.now();
  for (let index = 0; index < CALLS; index += 1) {
    await delay(startedAt + index * INTERVAL_MS - performance.now());
    const count = () => (successes += 1);
    pending.push(call?.(ORDER_IDS[index] ?? "").then(count, () => {}));
  }
  await Promise.all(pending);
  server.close();
  if (successes > 0) throw new Error(`${client.name} took a 503 for a success`);
  return requests / CALLS;
}
