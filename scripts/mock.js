// Runs the mock server until it is stopped.
import { fail, refuseArguments } from "./fail.js";
import { startMock } from "./mock-server.js";

refuseArguments("mock");
try {
  const { url } = await startMock();
  console.log(`mock: listening on ${url}; stop it with Ctrl-C`);
} catch (error) {
  fail("mock", `it did not come up: ${error instanceof Error ? error.message : error}`);
}
