// The results as text: all of them for the terminal, and a summary for CONTRIBUTING.md.
import { BARE_UNDICI, BASELINE, OPENAPI_FETCH, THIS_CLIENT, WITH_UNDICI } from "./clients.js";
import {
  GZIP_BUDGET_BYTES,
  MAX_AMPLIFICATION,
  MAX_CPU_RATIO,
  MAX_IMPORT_RATIO,
  MAX_LOOPBACK_EXCESS,
  MAX_UNDICI_RATIOS,
} from "./budgets.js";
import { table } from "./table.js";

/** @typedef {import("./results.js").Results} Results */
/** @typedef {import("./results.js").ClientResult} ClientResult */
/** @typedef {import("./statistics.js").Spread} Spread */

const NONE = "–";

/** @param {Results} results */
export function fullReport({ machine, clients, amplification, undici }) {
  return [
    machineLine(machine),
    `Times are medians; after each one, how many times that of ${BASELINE} it is, round by round, and the quartiles of that.`,
    table([
      ["client", "version", "retries", "own CPU per call", "one at a time", "64 in flight"],
      ...clients.map(({ name, version = NONE, retries, cpu, oneAtATime, inFlight }) => [
        name,
        version,
        yesOrNo(retries),
        ...[cpu, oneAtATime, inFlight].map((compared) => time(compared, "µs", withQuartiles)),
      ]),
    ]),
    ...(undici ? undiciReport(undici) : []),
    `Bundles are made by esbuild, minified. Imports, in a fresh process, are compared with that of ${OPENAPI_FETCH}.`,
    table([
      ["client", "minified", "gzip", "brotli", "import", "type instantiations", "heap, 1,000 in flight"],
      ...clients.map(({ name, size, import: importTime, instantiations, heap }) => [
        name,
        ...[size?.minified, size?.gzip, size?.brotli].map(kilobytes),
        time(importTime, "ms", withQuartiles),
        instantiations?.toLocaleString("en") ?? NONE,
        heap ? `${(heap.median / 1000).toFixed(1)} MB` : NONE, // Bytes of one call are kilobytes of a thousand.
      ]),
    ]),
    ...(amplification ? amplificationReport(amplification) : []),
    table([["budget of this client", "at most", "measured"], ...budgets(clients, amplification)]),
  ].join("\n\n");
}

/**
 * The part of CONTRIBUTING.md between its two comments.
 *
 * @param {Results} results
 */
export function guideReport({ machine, clients, amplification, undici }) {
  const rows = clients.map(({ name, retries, cpu, oneAtATime, inFlight, size }) => [
    name,
    ...[cpu, oneAtATime, inFlight].map((compared) => time(compared, "µs")),
    kilobytes(size?.gzip),
    yesOrNo(retries),
    ...(amplification ? [perCall(amplification[name])] : []),
  ]);
  const header = [
    ...["client", "own CPU per call", "one at a time", "64 in flight", "bundle, gzip", "retries"],
    ...(amplification ? ["requests per failing call"] : []),
  ];
  return [table([header, ...rows]), machineLine(machine) + (undici ? ` ${undiciLine(undici)}` : "")].join("\n\n");
}

/**
 * @param {string} guide
 * @param {string} report
 */
export function insertReport(guide, report) {
  const block = /(?<=<!-- bench -->\n\n).*?(?=<!-- \/bench -->)/s;
  if (!block.test(guide)) throw new Error("CONTRIBUTING.md has no <!-- bench --> … <!-- /bench --> to write to");
  return guide.replace(block, () => `${report}\n\n`);
}

/** @param {Results["machine"]} machine */
function machineLine({ date, node, processor, cores }) {
  return `Measured on ${date} with Node ${node} on ${cores} cores (${processor}).`;
}

/** @param {Record<string, number>} amplification */
function amplificationReport(amplification) {
  return [
    "Of 20 calls a second for 10 seconds, all of which get a 503, with each client at its own defaults:",
    table([
      ["client", "requests per call while everything fails"],
      ...Object.entries(amplification).map(([name, requests]) => [name, perCall(requests)]),
    ]),
  ];
}

/** @param {import("./results.js").UndiciResults} undici */
function undiciReport({ version, plain, tls, cpu, manyCpu, heap, coldCalls }) {
  const names = Object.keys(plain.oneAtATime);
  return [
    `Through undici ${version}: times and CPU times of a call, and how many times those of ${BARE_UNDICI.name} they are.`,
    table([
      ["client", "one at a time", "64 in flight", "TLS, one at a time", "TLS, 64 in flight"],
      ...names.map((name) => [
        name,
        ...[plain.oneAtATime, plain.inFlight, tls.oneAtATime, tls.inFlight].map((each) => time(each[name], "µs")),
      ]),
    ]),
    table([
      ["client", "CPU", "requests/s a core", "CPU, 1,000 in flight", "heap, 1,000 in flight", "first call"],
      ...names.map((name) => [
        name,
        time(cpu[name], "µs"),
        cpu[name] ? Math.round(1e6 / cpu[name].cost.median).toLocaleString("en") : NONE,
        time(manyCpu[name], "µs"),
        heap[name] ? `${(heap[name].median / 1000).toFixed(1)} MB` : NONE,
        time(coldCalls[name], "ms"),
      ]),
    ]),
    table([["budget with undiciFetch", "at most", "measured"], ...undiciBudgets(plain)]),
  ];
}

/** @param {import("./results.js").UndiciResults} undici */
function undiciLine({ version, plain }) {
  const [single, together] = [plain.oneAtATime, plain.inFlight].map((each) => ratio(each, WITH_UNDICI.name, BASELINE));
  return `With undiciFetch on undici ${version}, a call of this client took ${times(single)} as long as \`fetch\` alone one at a time, and ${times(together)} with 64 in flight.`;
}

/** @param {import("./results.js").Calls} calls */
function undiciBudgets({ oneAtATime, inFlight }) {
  const { bare, fetch } = MAX_UNDICI_RATIOS;
  return [
    [`one at a time, compared with ${BARE_UNDICI.name}`, bare.oneAtATime, ratio(oneAtATime, WITH_UNDICI.name)],
    [`64 in flight, compared with ${BARE_UNDICI.name}`, bare.inFlight, ratio(inFlight, WITH_UNDICI.name)],
    [`one at a time, compared with ${BASELINE}`, fetch.oneAtATime, ratio(oneAtATime, WITH_UNDICI.name, BASELINE)],
    [`64 in flight, compared with ${BASELINE}`, fetch.inFlight, ratio(inFlight, WITH_UNDICI.name, BASELINE)],
  ].map(([what, ...figures]) => [String(what), ...figures.map((figure) => times(Number(figure)))]);
}

/**
 * @param {Record<string, import("./results.js").Compared>} compared
 * @param {string} name
 * @param {string} other
 */
function ratio(compared, name, other = BARE_UNDICI.name) {
  return (compared[name]?.ratio.median ?? NaN) / (compared[other]?.ratio.median ?? NaN);
}

/**
 * @param {ClientResult[]} clients
 * @param {Results["amplification"]} amplification
 */
function budgets(clients, amplification) {
  const [client, openapiFetch] = [THIS_CLIENT, OPENAPI_FETCH].map((name) => clients.find((one) => one.name === name));
  const cpu = (client?.cpu?.cost.median ?? NaN) / (openapiFetch?.cpu?.cost.median ?? NaN);
  const excess = (/** @type {"oneAtATime" | "inFlight"} */ what) =>
    (client?.[what]?.ratio.median ?? NaN) - (openapiFetch?.[what]?.ratio.median ?? NaN);
  return [
    [`own CPU, compared with ${OPENAPI_FETCH}`, times(MAX_CPU_RATIO), times(cpu)],
    [`one at a time, above ${OPENAPI_FETCH}`, times(MAX_LOOPBACK_EXCESS), times(excess("oneAtATime"))],
    [`64 in flight, above ${OPENAPI_FETCH}`, times(MAX_LOOPBACK_EXCESS), times(excess("inFlight"))],
    ["bundle, gzip", kilobytes(GZIP_BUDGET_BYTES.call), kilobytes(client?.size?.gzip)],
    [`import, compared with ${OPENAPI_FETCH}`, times(MAX_IMPORT_RATIO), times(client?.import?.ratio.median)],
    ["requests per call while everything fails", perCall(MAX_AMPLIFICATION), perCall(amplification?.[THIS_CLIENT])],
  ];
}

/**
 * @param {import("./results.js").Compared | undefined} compared
 * @param {string} unit
 * @param {(ratio: Spread) => string} describe
 */
function time(compared, unit, describe = ({ median }) => times(median)) {
  if (!compared) return NONE;
  const { cost, ratio } = compared;
  const figure = cost.median.toFixed(cost.median < 100 ? 1 : 0);
  return `${figure} ${unit}, ${describe(ratio)}`;
}

/** @param {Spread} ratio */
function withQuartiles({ median, lower, upper }) {
  return `${times(median)} (${lower.toFixed(2)}–${upper.toFixed(2)})`;
}

/** @param {number | undefined} ratio */
function times(ratio) {
  return ratio === undefined ? NONE : `${ratio.toFixed(2)} ×`;
}

/** @param {number | undefined} requests */
function perCall(requests) {
  return requests?.toFixed(2) ?? NONE;
}

/** @param {number | undefined} bytes */
function kilobytes(bytes) {
  return bytes === undefined ? NONE : `${(bytes / 1000).toFixed(1)} kB`;
}

/** @param {boolean} value */
function yesOrNo(value) {
  return value ? "yes" : "no";
}
