// What undici's Agent is to this client. The two are alone in a process: with the other clients there, the `fetch` that is
// built in would be called ten times as often as undici's, and its code would be the better compiled one.
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
