// Starts the mock, builds the package, runs the command against the mock, and stops the mock. Prints a line for each
// request that the mock receives.
import { spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { resolve } from "node:path";
import { fail } from "../common/fail.js";
import { startMock } from "../mock/server.js";
import { distFolder, root } from "../common/paths.js";

const given = process.argv.slice(2);
const args = given.length > 0 ? given : ["mark-read", "order-123"];
if (args.some((argument) => argument.startsWith("--base-url")))
  fail("start", "--base-url is set to the mock; leave it out");

/** @type {import("node:child_process").ChildProcess | undefined} */
let running;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    running?.kill(signal);
    process.exit(1);
  });
}

const mock = await startMock().catch((error) => fail("start", `the mock did not start: ${error.message ?? error}`));
if ((await run(resolve(root, "scripts/build/index.js"), [], process.env)) !== 0) {
  fail("start", "the build failed, see above");
}
console.log(`start: instacart-chat ${args.join(" ")}, against the mock on ${mock.url}`);
subscribe("http.server.request.start", (message) => {
  const { method, url } = /** @type {{ request: import("node:http").IncomingMessage }} */ (message).request;
  console.log(`start: the mock received ${method} ${url}`);
});
process.exitCode = await run(resolve(distFolder, "cli.js"), args, {
  ...process.env,
  INSTACART_ACCESS_TOKEN: "",
  INSTACART_BASE_URL: mock.url,
  INSTACART_CLIENT_ID: "client-123",
  INSTACART_CLIENT_SECRET: "not-a-real-secret",
  INSTACART_USER_ID: "user-123",
});
await mock.close();

/**
 * @param {string} script
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit status
 */
async function run(script, args, env) {
  running = spawn(process.execPath, [script, ...args], { env, stdio: "inherit" });
  const [status] = await once(running, "exit");
  return status ?? 1;
}
