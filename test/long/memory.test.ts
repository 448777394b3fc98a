import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { distFolder } from "../../scripts/common/paths.js";
import { runNode } from "../support/run-node.js";

const IDS = 20_000; // So many that what V8 compiles in between, or lets go of, is little beside what is kept of each.
const MAX_BYTES_PER_ID = 100;

// Notes the heap after each tenth of the results.
const WATCH = `data:text/javascript,${encodeURIComponent(`
  const { stdout, stderr } = process;
  const write = stdout.write;
  const heap = [];
  let results = 0;
  stdout.write = (...args) => {
    results += 1;
    if (results % ${IDS / 10} === 0) { gc(); heap.push(process.memoryUsage().heapUsed); }
    return write.apply(stdout, args);
  };
  process.on("exit", () => stderr.write(JSON.stringify(heap)));
`)}`;

test("mark-read keeps nothing of the orders that it has sent, and one late response holds up no other", async () => {
  const respond = (response: ServerResponse) =>
    response.setHeader("Content-Type", "application/json").end('{"messages_read_count":15}');
  let first: ServerResponse | undefined;
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (request.url?.includes("order-0/")) first = response;
    else respond(response);
    if (requests === IDS && first) respond(first);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const ids = Array.from({ length: IDS }, (_, index) => `order-${index}`);
  const args = ["mark-read", "-", "--concurrency", "16", "--timeout", "2m"];
  const { status, stdout, stderr } = await runNode(
    ["--expose-gc", "--import", WATCH, join(distFolder, "cli.js"), ...args],
    {
      env: { INSTACART_ACCESS_TOKEN: "a-token", INSTACART_BASE_URL: `http://127.0.0.1:${port}` },
      input: ids.join("\n"),
    },
  );
  server.closeAllConnections();
  server.close();

  const lines = ids.map((id) => `{"order_id":"${id}","messages_read_count":15}`);
  expect([status, requests, stdout.trimEnd().split("\n").toSorted()]).toEqual([0, IDS, lines.toSorted()]);
  const heap = JSON.parse(stderr.split("\n").at(-1) ?? "") as number[];
  expect(heap).toHaveLength(10);
  // Without the first tenth, in which V8 still compiles. The least of several, since there is garbage at times.
  const early = Math.min(...heap.slice(1, 5));
  const late = Math.min(...heap.slice(5));
  expect(late - early).toBeLessThan((MAX_BYTES_PER_ID * IDS) / 2);
});
