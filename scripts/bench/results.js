// The results of one run of the bench, kept in results.json. The figures in CONTRIBUTING.md come from there.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../common/paths.js";

/** @typedef {import("./statistics.js").Spread} Spread */
/** @typedef {{ cost: Spread, ratio: Spread }} Compared */
/**
 * A figure that does not apply to a client is absent.
 *
 * @typedef {object} ClientResult
 * @property {string} name
 * @property {string | undefined} [version]
 * @property {boolean} retries
 * @property {Compared | undefined} [cpu] microseconds per call
 * @property {Compared | undefined} [oneAtATime] microseconds per call
 * @property {Compared | undefined} [inFlight] microseconds per call
 * @property {import("./bundle-size.js").BundleSize | undefined} [size]
 * @property {Compared | undefined} [import] milliseconds
 * @property {number | undefined} [instantiations]
 * @property {Spread | undefined} [heap] bytes per call in flight
 */
/**
 * @typedef {{ oneAtATime: Record<string, Compared>, inFlight: Record<string, Compared> }} Calls microseconds per call
 */
/**
 * By the names of the clients, compared with undici's own `request`, but for the first calls.
 *
 * @typedef {object} UndiciResults
 * @property {string} version
 * @property {Calls} plain
 * @property {Calls} tls
 * @property {Record<string, Compared>} cpu microseconds per call, 64 in flight
 * @property {Record<string, Compared>} manyCpu the same, 1,000 in flight
 * @property {Record<string, Spread>} heap bytes per call, 1,000 in flight
 * @property {Record<string, Compared>} coldCalls milliseconds, compared with `fetch`
 */
/**
 * @typedef {object} Results
 * @property {{ date: string, node: string, processor: string, cores: number }} machine
 * @property {ClientResult[]} clients
 * @property {Record<string, number> | undefined} [amplification] requests per call while everything fails, by the names of
 *   the clients; absent where the last run was before it was measured
 * @property {UndiciResults | undefined} [undici] absent where the last run was before there was undiciFetch
 */

const FILE = join(root, "scripts/bench/results.json");

/** @returns {Promise<Results>} those of the last run */
export async function readResults() {
  return JSON.parse(await readFile(FILE, "utf8"));
}

/** @param {Results} results */
export async function writeResults(results) {
  await writeFile(FILE, `${JSON.stringify(results, round, 2)}\n`);
}

/**
 * Two decimals; more would be noise.
 *
 * @param {string} _
 * @param {unknown} value
 */
function round(_, value) {
  return typeof value === "number" ? Math.round(value * 100) / 100 : value;
}
