// The package as it is installed, and the cases: what every runtime gets.
// @ts-ignore: dist/ may not have been built when types are checked.
import * as client from "instacart-post-checkout-chat";
// @ts-ignore: see above.
import * as oauth from "instacart-post-checkout-chat/oauth";
// @ts-ignore: see above.
import * as testing from "instacart-post-checkout-chat/testing";
import { runCases } from "./cases.js";

// To the compiler, a class of dist/ is not the same as the one of src/ that it was made from.
const installed = /** @type {import("./cases.js").Package} */ (
  /** @type {unknown} */ ({ ...client, ...oauth, ...testing })
);

/** @param {import("./cases.js").Surroundings} surroundings */
export const run = (surroundings) => runCases(installed, surroundings);
