// How long the first call of a fresh process takes, without the start of Node itself: import, connection and response.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { BARE_UNDICI, BASELINE, CLIENTS, WITH_UNDICI } from "./clients.js";
import { ACCESS_TOKEN, MESSAGES_READ_COUNT, ORDER_IDS } from "./exchange.js";
import { withServer } from "./loopback.js";
import { interleave } from "./rounds.js";
import { compare } from "./statistics.js";

const ROUNDS = { rounds: 20, warmUpRounds: 2 };
const CODE = `const [, file, setting, orderId] = process.argv;
const startedAt = performance.now();
const { create } = await import(file);
const count = await create(JSON.parse(setting))(orderId);
console.log(JSON.stringify({ duration: performance.now() - startedAt, count }));
process.exit();`;

/**
 * @param {string} project where the clients are installed
 * @param {AbortSignal} signal
 * @returns milliseconds, by the names of the clients
 */
export function measureColdCalls(project, signal) {
  return withServer("http", async (baseUrl) => {
    const setting = JSON.stringify({ baseUrl, accessToken: ACCESS_TOKEN });
    const callOnce = async (/** @type {string} */ file) => {
      const args = ["--input-type=module", "--eval", CODE, `./built/clients/${file}.js`, setting, ORDER_IDS[0] ?? ""];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: project, signal });
      const { duration, count } = JSON.parse(stdout);
      if (count !== MESSAGES_READ_COUNT) throw new Error(`${file} returned ${count} instead of ${MESSAGES_READ_COUNT}`);
      return duration;
    };
    const files = Object.fromEntries([BARE_UNDICI, WITH_UNDICI, ...CLIENTS].map(({ name, file }) => [name, file]));
    return compare(await interleave(files, callOnce, ROUNDS), BASELINE);
  });
}
