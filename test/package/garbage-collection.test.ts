import { execFile } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../support/garbage-collection.js", import.meta.url));
const client = pathToFileURL(
  join(inject("consumerFolder"), "node_modules/instacart-post-checkout-chat/dist/index.js"),
).href;

// `npm run test:long` gives those of other Node lines.
const binaries = [process.execPath, ...(process.env["NODE_BINARIES"]?.split(":") ?? [])];

test.each(binaries)("garbage collection never loses an abort or a time limit, on %s", async (binary) => {
  const { stdout: version } = await run(binary, ["--version"]);
  const { stdout } = await run(binary, ["--expose-gc", script, client]);
  console.log(`Node ${version.trim()}: ${stdout}`);
  expect(JSON.parse(stdout)).toEqual({
    "time limit, silence": "TimeoutError",
    "time limit, success": "TimeoutError",
    "time limit, error": "TimeoutError",
    "caller's controller, silence": "mine",
    "caller's controller, success": "mine",
    "caller's controller, error": "mine",
    "caller's AbortSignal.timeout, silence": "TimeoutError",
    "caller's AbortSignal.timeout, success": "TimeoutError",
    "caller's AbortSignal.timeout, error": "TimeoutError",
    "control: a Request that nothing keeps": expect.any(String), // "lost", for as long as Node has that fault.
  });
});
