/**
 * Measures each of several things once a round, in random order, so that after-effects and other load on the machine
 * affect all of them alike.
 *
 * @template T
 * @param {Record<string, T>} things
 * @param {(thing: T) => Promise<number>} measure gives the cost
 * @param {{ rounds: number, warmUpRounds: number }} options the rounds of the warm-up do not count
 * @returns {Promise<Record<string, number[]>>} the costs of each, by round
 */
export async function interleave(things, measure, { rounds, warmUpRounds }) {
  /** @type {Record<string, number[]>} */
  const costs = Object.fromEntries(Object.keys(things).map((name) => [name, []]));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const [name, thing] of shuffled(Object.entries(things))) {
      // The garbage of the one before is not this one's.
      globalThis.gc?.({ type: "minor" });
      const cost = await measure(thing);
      if (round >= 0) costs[name]?.push(cost);
    }
  }
  return costs;
}

/**
 * @template T
 * @param {T[]} items
 */
function shuffled(items) {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
