// The clients that are measured. How each makes a call is in project/clients.

/** What the others are compared with. */
export const BASELINE = "fetch";

export const THIS_CLIENT = "this client";

/** What imports are compared with, since `fetch` needs none; and the budgets of this client. */
export const OPENAPI_FETCH = "openapi-fetch";

/**
 * @typedef {object} Client
 * @property {string} name
 * @property {string} file
 * @property {string} [import] what its users import; for a generated client, its built code
 * @property {string} [package] whose version is reported
 * @property {boolean} retries whether it retries a failed call, as measured
 */

/** @type {readonly Client[]} */
export const CLIENTS = [
  { name: BASELINE, file: "fetch", retries: false },
  { name: "fetch with a time limit", file: "fetch-time-limit", retries: false },
  { name: "openapi-fetch", file: "openapi-fetch", import: "openapi-fetch", package: "openapi-fetch", retries: false },
  {
    name: THIS_CLIENT,
    file: "instacart-post-checkout-chat",
    import: "instacart-post-checkout-chat",
    package: "instacart-post-checkout-chat",
    retries: true,
  },
  { name: "ky", file: "ky", import: "ky", package: "ky", retries: true },
  { name: "axios", file: "axios", import: "axios", package: "axios", retries: false },
  {
    name: "@octokit/request",
    file: "octokit-request",
    import: "@octokit/request",
    package: "@octokit/request",
    retries: false,
  },
  { name: "openai", file: "openai", import: "openai", package: "openai", retries: true },
  {
    name: "redocly generate-client",
    file: "redocly",
    import: "./built/generated/redocly.js",
    package: "@redocly/cli",
    retries: true,
  },
  {
    name: "hey-api",
    file: "hey-api",
    import: "./built/generated/hey-api.js",
    package: "@hey-api/openapi-ts",
    retries: false,
  },
];

/** What this client costs through undiciFetch, and of that undiciFetch alone, and of that undici. */
export const WITH_UNDICI = { name: "this client with undiciFetch", file: "instacart-post-checkout-chat-undici" };
export const UNDICI_FETCH = { name: "undiciFetch alone", file: "undici-fetch" };
export const BARE_UNDICI = { name: "undici.request", file: "undici-request" };
