// Runs the mock server until it is stopped.
import { fail, rejectArguments } from "../common/fail.js";
import { startMock } from "./server.js";

rejectArguments("mock");
try {
  const { url } = await startMock();
  console.log(`mock: listening on ${url}; stop it with Ctrl-C`);
} catch (error) {
  fail("mock", `it did not start: ${error instanceof Error ? error.message : error}`);
}
