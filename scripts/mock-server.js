// The mock server: Prism, fed with the description.
import { createLogger } from "@stoplight/prism-core";
import { getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { createServer } from "@stoplight/prism-http-server";
import { description } from "./paths.js";

const CLOSE_MS = 1000;

/**
 * Starts the mock on a free port of the loopback interface.
 *
 * @param {string | object} [document] the description: a path, or the description itself
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startMock(document = description) {
  const operations = await getHttpOperationsFromSpec(document);
  if (operations.length === 0) throw new Error("the description has no operations");
  const server = createServer(operations, {
    cors: true,
    // `errors` makes Prism answer 500 where the description contradicts itself, instead of passing it on.
    config: {
      isProxy: false,
      checkSecurity: true,
      validateRequest: true,
      validateResponse: true,
      errors: true,
      mock: { dynamic: false },
      upstreamProxy: undefined,
    },
    components: { logger: createLogger("mock", { level: "silent" }) },
  });
  const url = await server.listen(0, "127.0.0.1");
  return {
    url,
    // Prism waits for requests that were begun and not ended, which may be for ever.
    close: () =>
      Promise.race([server.close(), new Promise((done) => setTimeout(done, CLOSE_MS).unref())]).then(() => {}),
  };
}
