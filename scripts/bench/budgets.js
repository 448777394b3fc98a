// What this client may cost. The bench prints its times beside these without failing, since times depend on the machine;
// test/package/size.test.ts enforces the sizes.

/** Own CPU time of a call, as a multiple of openapi-fetch's. */
export const MAX_CPU_RATIO = 1.15;

/** How much further above `fetch` than openapi-fetch a call over loopback may be: a difference of ratios. */
export const MAX_LOOPBACK_EXCESS = 0.1;

/** Import time, as a multiple of openapi-fetch's. */
export const MAX_IMPORT_RATIO = 1.5;

/** Requests per call, of 20 calls a second that all fail for 10 seconds: what a client may add to an outage. */
export const MAX_AMPLIFICATION = 1.3;

/** Bundles with all dependencies, openapi-fetch included, minified and compressed by gzip. */
export const GZIP_BUDGET_BYTES = { call: 10_600, oauth: 12_000, testing: 4_900 };

/** What each operation beyond the first two may add to a bundle. */
export const GZIP_BUDGET_BYTES_PER_OPERATION = 200;

/** What a call through undiciFetch may cost, as a multiple of `undici.request` and of `fetch` alone. */
export const MAX_UNDICI_RATIOS = {
  bare: { oneAtATime: 1.35, inFlight: 1.35 },
  fetch: { oneAtATime: 0.75, inFlight: 0.5 },
};
