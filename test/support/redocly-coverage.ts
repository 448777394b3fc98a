import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { specFile } from "../../scripts/common/paths.js";
import { redocly } from "../../scripts/common/redocly.js";
import { spec } from "./spec.js";

/** A request that the client sent, and the response to it, as an entry of an HTTP archive (HAR). */
export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly postData?: { readonly mimeType: string; readonly text: string };
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
    readonly content: { readonly mimeType: string; readonly text: string };
  };
}

/** What Redocly found in the exchanges. */
export interface Coverage {
  /** Where an exchange contradicts the spec. */
  readonly problems: readonly object[];
  readonly exchanges: { readonly total: number; readonly matched: number };
  readonly totals: Readonly<Record<string, { readonly covered: number; readonly total: number }>>;
  /** What no exchange covered, by operation. */
  readonly missing: Readonly<Record<string, readonly object[]>>;
}

/** @param response is read to its end */
export async function exchangeOf(url: string, init: RequestInit, response: Response): Promise<Exchange> {
  const { pathname, search } = new URL(url);
  const headers = new Headers(init.headers);
  const body = init.body && { postData: { mimeType: headers.get("Content-Type") ?? "", text: String(init.body) } };
  return {
    // Redocly knows the operations by the server of the spec.
    request: {
      method: init.method ?? "",
      url: `${spec.servers[0]?.url}${pathname}${search}`,
      headers: listed(headers),
      ...body,
    },
    response: {
      status: response.status,
      headers: listed(response.headers),
      content: { mimeType: response.headers.get("Content-Type") ?? "", text: await response.text() },
    },
  };
}

function listed(headers: Headers) {
  return [...headers].map(([name, value]) => ({ name, value }));
}

/** Has Redocly's `drift` hold the exchanges against the spec and count what of the spec they cover. */
export async function coverageOf(entries: readonly Exchange[]): Promise<Coverage> {
  const folder = await mkdtemp(join(tmpdir(), "redocly-coverage-"));
  const [traffic, report] = [join(folder, "traffic.har"), join(folder, "coverage.json")];
  try {
    await writeFile(traffic, JSON.stringify({ log: { version: "1.2", entries } }));
    const args = ["drift", traffic, "--api", specFile, "--format", "json", "--coverage-output", report];
    const { exitCode, stdout, stderr } = await redocly(args);
    if (exitCode !== 0) throw new Error(`redocly drift: ${stdout}\n${stderr}`);
    const { problems } = JSON.parse(stdout) as Coverage;
    const { meta, totals, operations } = JSON.parse(await readFile(report, "utf8")) as {
      meta: Pick<Coverage, "exchanges">;
      totals: Coverage["totals"];
      operations: { operationId: string; missing: object[] }[];
    };
    const missing = Object.fromEntries(operations.map((operation) => [operation.operationId, operation.missing]));
    return { problems, exchanges: meta.exchanges, totals, missing };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
