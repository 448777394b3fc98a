// The two servers that Prism makes of the spec: the mock, and a proxy that validates what passes through it.
import { createLogger } from "@stoplight/prism-core";
import { getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { createServer } from "@stoplight/prism-http-server";
import { specFile } from "../common/paths.js";

const CLOSE_MS = 1000;

/** @typedef {{ url: string, close: () => Promise<void> }} RunningServer */

/**
 * Starts the mock on a free port of the loopback interface.
 *
 * @param {string | object} [document] the spec, or its path
 */
export function startMock(document = specFile) {
  return start(document, { isProxy: false });
}

/**
 * Starts a proxy in front of a server. A response that breaks the spec becomes a 500, and `sl-violations` says why.
 *
 * @param {string} upstream
 */
export function startProxy(upstream) {
  return start(specFile, { isProxy: true, upstream: new URL(upstream) });
}

/**
 * @param {string | object} document
 * @param {{ isProxy: false } | { isProxy: true, upstream: URL }} role
 * @returns {Promise<RunningServer>}
 */
async function start(document, role) {
  const operations = await getHttpOperationsFromSpec(document);
  if (operations.length === 0) throw new Error("the spec has no operations");
  const server = createServer(operations, {
    cors: true,
    // `errors` makes Prism return a 500 for what breaks the spec, instead of passing it on.
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
    // Prism waits for pending requests, possibly for ever.
    close: () =>
      Promise.race([server.close(), new Promise((done) => setTimeout(done, CLOSE_MS).unref())]).then(() => {}),
  };
}
