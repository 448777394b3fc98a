// This client with undici's `fetch` and `Agent`, compared with this client alone. They get a process of their own: beside
// the other clients, the built-in `fetch` would be called ten times as often as undici's, and would be better compiled.
import { CLIENTS, THIS_CLIENT, WITH_AGENT } from "./clients.js";
import { measureCalls } from "./loopback.js";

/**
 * @param {string} project where the clients are installed
 * @returns microseconds per call, one at a time and with 64 in flight, by the names of the clients
 */
export function measure(project) {
  const alone = CLIENTS.filter(({ name }) => name === THIS_CLIENT);
  return measureCalls(project, [...alone, WITH_AGENT], THIS_CLIENT);
}
