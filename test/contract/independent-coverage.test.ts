import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import openapi from "../../generated/openapi.json" with { type: "json" };
import { specFile } from "../../scripts/shared/paths.js";
import { redocly } from "../../scripts/shared/redocly.js";

// A second witness beside answers.test.ts, which shares with it neither the client nor the walk through the
// description: Redocly's `respect` plays coverage.arazzo.yaml, and its `drift` counts what the exchanges covered.

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly request: { readonly method: string; readonly postData?: { readonly text: string } };
      readonly response: { readonly status: number; readonly content: { readonly text: string } };
    }[];
  };
}

interface Coverage {
  readonly meta: { readonly exchanges: { readonly total: number; readonly matched: number } };
  readonly totals: Record<string, { readonly covered: number; readonly total: number }>;
  readonly operations: readonly { readonly operationId: string; readonly missing: readonly object[] }[];
}

const TIMEOUT_MS = 60_000;
const workflows = fileURLToPath(new URL("coverage.arazzo.yaml", import.meta.url));

let folder: string;
let har: Har;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "independent-coverage-"));
  const file = join(folder, "exchanges.har");
  // Masked, the bodies would not be those of the examples; there is no secret in them.
  const args = ["--server", `chat=${inject("mockUrl")}`, "--har-output", file, "--no-secrets-masking"];
  const { exitCode, stdout, stderr } = await redocly(["respect", workflows, ...args]);
  expect(exitCode, `respect: ${stdout}\n${stderr}`).toBe(0);
  har = JSON.parse(await readFile(file, "utf8")) as Har;
}, TIMEOUT_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  "every operation, parameter, property and response is covered, says a tool that is not ours",
  async () => {
    const { meta, totals, missing } = await drift(har);
    // Of exchanges with another server it says that nothing is wrong with them.
    expect(meta.exchanges.matched).toBe(meta.exchanges.total);
    expect(meta.exchanges.matched).toBeGreaterThan(0);
    expect(missing).toEqual({ generateAccessToken: [], markMessagesAsRead: [] });
    expect(totals).toEqual({
      operations: { covered: 2, total: 2 },
      parameters: { covered: 4, total: 4 },
      // 1 of the count, 11 of each of 6 errors, 5 of the grants and 5 of the token. Written down, so that no property
      // goes unnoticed that the tool forgets, or that the mock makes up.
      properties: { covered: 77, total: 77 },
      responses: { covered: 18, total: 18 },
    });
    const counts = Object.entries(totals).map(([what, { covered, total }]) => `${what} ${covered}/${total}`);
    console.log(`Covered by ${meta.exchanges.matched}/${meta.exchanges.total} exchanges: ${counts.join(", ")}`);
  },
  TIMEOUT_MS,
);

test("every named example of a body was sent or received", () => {
  const bodies = har.log.entries.flatMap(({ request, response }) => [request.postData?.text, response.content.text]);
  const examples = Object.values(openapi.components.examples).map(({ value }): unknown => value);
  expect(examples.length).toBeGreaterThan(0);
  expect(bodies.map((text): unknown => text && JSON.parse(text))).toEqual(expect.arrayContaining(examples));
});

test(
  "an answer that did not come is missing from the coverage",
  async () => {
    const entries = har.log.entries.filter(
      ({ request, response }) => !(request.method === "PUT" && response.status === 503),
    );
    const { totals, missing } = await drift({ log: { ...har.log, entries } });
    expect(totals["responses"]).toEqual({ covered: 17, total: 18 });
    expect(missing).toEqual({ generateAccessToken: [], markMessagesAsRead: [{ kind: "response", status: "503" }] });
  },
  TIMEOUT_MS,
);

/** What the exchanges cover of the spec, which they must not contradict, and what each operation misses. */
async function drift(exchanges: Har) {
  const [traffic, coverage] = [join(folder, "traffic.har"), join(folder, "coverage.json")];
  await writeFile(traffic, JSON.stringify(exchanges));
  const { exitCode, stdout, stderr } = await redocly([
    ...["drift", traffic, "--api", specFile, "--server", inject("mockUrl"), "--ignore-headers", "prefer"],
    ...["--format", "json", "--coverage-output", coverage],
  ]);
  expect(exitCode, `drift: ${stdout}\n${stderr}`).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ problems: [] });
  const { operations, ...rest } = JSON.parse(await readFile(coverage, "utf8")) as Coverage;
  return { ...rest, missing: Object.fromEntries(operations.map((o) => [o.operationId, o.missing])) };
}
