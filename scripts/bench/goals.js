// What this client is to cost at most. The bench shows its figures beside these and decides nothing by them, since times
// depend on the machine. Sizes do not: test/package/size.test.ts holds the package to the budget.

/** As a multiple of what `fetch` alone costs, and for the import, of what openapi-fetch's does. */
export const MAX_RATIOS = { cpu: 1.5, oneAtATime: 1.05, inFlight: 1.05, import: 1.5 };

/** Of the one call with all that it needs, openapi-fetch included; minified, and compressed by gzip. */
export const GOAL_GZIP_BYTES = 5500;

/** The same, as long as the goal is not reached, and of what the other entry points need. */
export const GZIP_BUDGET_BYTES = { call: 6045, oauth: 7360, testing: 4000 };
