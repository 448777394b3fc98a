// The CPU time of a call of one client, in microseconds, with a `fetch` that responds at once. In a process of its own, since
// code that works for several clients by turns is slower for each, and as a sum, since garbage is collected now and then.
import { clients, ORDER_IDS } from "./clients.js";

const [WARM_UP_CALLS, CALLS] = [8000, 24_000];
const init = { headers: { "Content-Type": "application/json" } };
const fetch = async () => new Response('{"messages_read_count":15}', init);

const call = clients[process.argv[2]]("https://server.example", fetch);
await callTimes(WARM_UP_CALLS);
const before = process.cpuUsage();
await callTimes(CALLS);
const { user, system } = process.cpuUsage(before);
process.send((user + system) / CALLS);
process.disconnect();

async function callTimes(times) {
  for (let index = 0; index < times; index += 1) {
    const { messages_read_count: count } = await call(ORDER_IDS[index % ORDER_IDS.length]);
    if (count !== 15) throw new Error(`a call returned ${count}`);
  }
}
