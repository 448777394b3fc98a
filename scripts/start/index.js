// Starts the mock, builds the package, runs the command against the mock, and stops the mock. Prints a line for each
// request that the mock receives.
import { subscribe } from "node:diagnostics_channel";
import { fail } from "../common/fail.js";
import { distFolder } from "../common/paths.js";
import { runNode, statusOfNode } from "../common/run-node.js";
import { startMock } from "../mock/server.js";

const given = process.argv.slice(2);
const args = given.length > 0 ? given : ["mark-read", "order-123"];
if (args.some((argument) => argument.startsWith("--base-url")))
  fail("start", "--base-url is set to the mock; leave it out");

const stop = new AbortController();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    stop.abort(); // Ends what runs.
    process.exit(1);
  });
}

const mock = await startMock().catch((error) => fail("start", `the mock did not start: ${error.message ?? error}`));
await runNode(["scripts/build/index.js"], stop).catch(() => fail("start", "the build failed, see above"));
console.log(`start: instacart-chat ${args.join(" ")}, against the mock on ${mock.url}`);
subscribe("http.server.request.start", (message) => {
  const { method, url } = /** @type {{ request: import("node:http").IncomingMessage }} */ (message).request;
  console.log(`start: the mock received ${method} ${url}`);
});
const env = {
  INSTACART_ACCESS_TOKEN: "",
  INSTACART_BASE_URL: mock.url,
  INSTACART_CLIENT_ID: "client-123",
  INSTACART_CLIENT_SECRET: "not-a-real-secret",
  INSTACART_USER_ID: "user-123",
};
process.exitCode = await statusOfNode([`${distFolder}cli.js`, ...args], { env, signal: stop.signal });
await mock.close();
