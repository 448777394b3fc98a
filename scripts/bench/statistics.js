// Summarises the rounds of a measurement.

/**
 * @typedef {object} Spread a median, and the quartiles around it
 * @property {number} median
 * @property {number} lower
 * @property {number} upper
 */

/**
 * @param {readonly number[]} values at least one
 * @returns {Spread}
 */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), lower: quantile(sorted, 0.25), upper: quantile(sorted, 0.75) };
}

/**
 * Compares each series with a baseline, round by round, since a busy machine slows both down.
 *
 * @template {string} Name
 * @param {Record<Name, readonly number[]>} series the costs, by round
 * @param {NoInfer<Name>} baseline
 * @returns {Record<Name, { cost: Spread, ratio: Spread }>}
 */
export function compare(series, baseline) {
  const compared = Object.entries(series).map(([name, values]) => {
    const costs = /** @type {readonly number[]} */ (values);
    const ratios = costs.map((cost, round) => cost / (series[baseline][round] ?? NaN));
    return [name, { cost: spread(costs), ratio: spread(ratios) }];
  });
  return Object.fromEntries(compared);
}

/**
 * @param {readonly number[]} sorted
 * @param {number} part
 */
function quantile(sorted, part) {
  const position = (sorted.length - 1) * part;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  return below + (above - below) * (position % 1);
}
