// Loaded before the command, so that it can check the mock: that takes any token and knows any order, so it is asked for
// the response that the API has for an invalid token and for an unknown order.

import { MOCK_TOKEN, UNKNOWN_ORDER } from "./mock-values.js";

const { fetch } = globalThis;

/** @type {import("../../src/index.js").Fetch} */
const preferringFetch = (url, init) => {
  const headers = new Headers(init.headers);
  const token = headers.get("Authorization");
  // The separator is a comma: after a semicolon Prism would ignore the example.
  if (token !== null && token !== `Bearer ${MOCK_TOKEN}`) headers.set("Prefer", "code=401, example=unauthorized");
  else if (url.includes(UNKNOWN_ORDER)) headers.set("Prefer", "code=404, example=orderNotFound");
  return fetch(url, { ...init, headers });
};
globalThis.fetch = /** @type {typeof fetch} */ (preferringFetch);
