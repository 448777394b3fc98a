// The results in words: all of them for the terminal, and the README's part.
import { BASELINE, IMPORT_BASELINE, THIS_CLIENT } from "./clients.js";
import { GOAL_GZIP_BYTES, MAX_RATIOS } from "./goals.js";
import { table } from "./table.js";

/** @typedef {import("./results.js").Results} Results */
/** @typedef {import("./results.js").ClientResult} ClientResult */
/** @typedef {import("./statistics.js").Spread} Spread */

const NONE = "–";

/** @param {Results} results */
export function fullReport({ machine, clients, agent }) {
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
    agentLine(agent, withQuartiles),
    `Bundles are made by esbuild, minified. Imports, in a fresh process, are compared with that of ${IMPORT_BASELINE}.`,
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
    table([["goal of this client", "at most", "measured"], ...goals(clients)]),
  ].join("\n\n");
}

/**
 * The part of the README between its two comments.
 *
 * @param {Results} results
 */
export function readmeReport({ machine, clients, agent }) {
  const rows = clients.map(({ name, retries, cpu, oneAtATime, inFlight, size }) => [
    name,
    ...[cpu, oneAtATime, inFlight].map((compared) => time(compared, "µs")),
    kilobytes(size?.gzip),
    yesOrNo(retries),
  ]);
  const header = ["client", "own CPU per call", "one at a time", "64 in flight", "bundle, gzip", "retries"];
  return [table([header, ...rows]), `${machineLine(machine)} ${agentLine(agent)}`].join("\n\n");
}

/**
 * @param {string} readme
 * @param {string} report
 */
export function insertReport(readme, report) {
  const block = /(?<=<!-- bench -->\n\n).*?(?=<!-- \/bench -->)/s;
  if (!block.test(readme)) throw new Error("README.md has no <!-- bench --> … <!-- /bench --> to write to");
  return readme.replace(block, () => `${report}\n\n`);
}

/** @param {Results["machine"]} machine */
function machineLine({ date, node, processor, cores }) {
  return `Measured on ${date} with Node ${node} on ${cores} cores (${processor}).`;
}

/**
 * @param {Results["agent"]} agent
 * @param {(ratio: Spread) => string} describe
 */
function agentLine({ version, oneAtATime, inFlight }, describe = ({ median }) => times(median)) {
  const [single, together] = [oneAtATime, inFlight].map((compared) => (compared ? describe(compared.ratio) : NONE));
  return `With the \`fetch\` and an \`Agent\` of undici ${version}, a call of this client took ${single} as long one at a time, and ${together} with 64 in flight.`;
}

/** @param {ClientResult[]} clients */
function goals(clients) {
  const client = clients.find(({ name }) => name === THIS_CLIENT);
  const retrying = clients.filter(({ name, retries, cpu }) => name !== THIS_CLIENT && retries && cpu);
  const [quickest] = retrying.sort((a, b) => (a.cpu?.cost.median ?? NaN) - (b.cpu?.cost.median ?? NaN));
  return [
    [`own CPU, compared with ${BASELINE}`, times(MAX_RATIOS.cpu), times(client?.cpu?.ratio.median)],
    [
      `own CPU, the quickest other that retries (${quickest?.name})`,
      time(quickest?.cpu, "µs"),
      time(client?.cpu, "µs"),
    ],
    [`one at a time, compared with ${BASELINE}`, times(MAX_RATIOS.oneAtATime), times(client?.oneAtATime?.ratio.median)],
    [`64 in flight, compared with ${BASELINE}`, times(MAX_RATIOS.inFlight), times(client?.inFlight?.ratio.median)],
    ["bundle, gzip", kilobytes(GOAL_GZIP_BYTES), kilobytes(client?.size?.gzip)],
    [`import, compared with ${IMPORT_BASELINE}`, times(MAX_RATIOS.import), times(client?.import?.ratio.median)],
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

/** @param {number | undefined} bytes */
function kilobytes(bytes) {
  return bytes === undefined ? NONE : `${(bytes / 1000).toFixed(1)} kB`;
}

/** @param {boolean} value */
function yesOrNo(value) {
  return value ? "yes" : "no";
}
