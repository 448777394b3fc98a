import * as chat from "../../src/index.js";
import * as oauth from "../../src/oauth/index.js";

/** What the package exports, as `operations.js` calls it. */
export const client = { ...chat, ...oauth };
