// Starts the mock, builds the package, runs the command against the mock, and stops the mock.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { fail } from "./fail.js";
import { startMock } from "./mock-server.js";
import { distFolder, root } from "./paths.js";

const given = process.argv.slice(2);
const args = given.length > 0 ? given : ["mark-read", "order-123"];
if (args.some((argument) => argument.startsWith("--base-url")))
  fail("start", "--base-url is the mock's here; leave it out");

/** @type {import("node:child_process").ChildProcess | undefined} */
let running;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    running?.kill(signal);
    process.exit(1);
  });
}

const mock = await startMock().catch((error) => fail("start", `the mock did not come up: ${error.message ?? error}`));
if ((await run(resolve(root, "scripts/build.js"), [], process.env)) !== 0) {
  fail("start", "the package could not be built, see above");
}
console.log(`start: instacart-chat ${args.join(" ")}, against the mock on ${mock.url}`);
process.exitCode = await run(resolve(distFolder, "cli.js"), args, {
  ...process.env,
  INSTACART_BASE_URL: mock.url,
  INSTACART_ACCESS_TOKEN: "a-token-for-the-mock",
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
