// The servers that are made from the description: the mock, and the proxy that checks what passes through it. Both are
// Prism.
import { createLogger } from "@stoplight/prism-core";
import { getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { createServer } from "@stoplight/prism-http-server";
import { description } from "./paths.js";

const CLOSE_MS = 1000;

/** @typedef {{ url: string, close: () => Promise<void> }} RunningServer */

/**
 * Starts the mock on a free port of the loopback interface.
 *
 * @param {string | object} [document] the description: a path, or the description itself
 */
export function startMock(document = description) {
  return start(document, { isProxy: false });
}

/**
 * Starts a proxy before a server. An answer that breaks the description comes as a 500; `sl-violations` says why.
 *
 * @param {string} upstream
 */
export function startProxy(upstream) {
  return start(description, { isProxy: true, upstream: new URL(upstream) });
}

/**
 * @param {string | object} document
 * @param {{ isProxy: false } | { isProxy: true, upstream: URL }} role
 * @returns {Promise<RunningServer>}
 */
async function start(document, role) {
  const operations = await getHttpOperationsFromSpec(document);
  if (operations.length === 0) throw new Error("the description has no operations");
  const server = createServer(operations, {
    cors: true,
    // `errors` makes Prism answer 500 where the description is contradicted, instead of passing it on.
    config: {
      ...role,
      checkSecurity: true,
      validateRequest: true,
      validateResponse: true,
      errors: true,
      mock: { dynamic: false },
      upstreamProxy: undefined,
    },
    components: { logger: createLogger("prism", { level: "silent" }) },
  });
  const url = await server.listen(0, "127.0.0.1");
  return {
    url,
    // Prism waits for requests that were begun and not ended, which may be for ever.
    close: () =>
      Promise.race([server.close(), new Promise((done) => setTimeout(done, CLOSE_MS).unref())]).then(() => {}),
  };
}
