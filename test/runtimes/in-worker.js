// Runs the suite in a Worker, whenever it is sent what the suite needs to know.
import { run } from "./suite.js";

export default {
  /** @param {Request} request */
  fetch: async (request) => Response.json(await run(await request.json())),
};
