import { Agent } from "undici";
import { decode } from "./decoders.js";
import { DISPATCHER_RULE, isOldUndiciError } from "./dispatchers.js";
import { Exchange } from "./exchange.js";
import { readDispatcher, type UndiciFetchOptions } from "./options.js";
import { readRequest } from "./request.js";

export type { UndiciFetchOptions };

/** A function for the `fetch` option of `createChatClient` and `createTokenProvider`. */
export interface UndiciFetch {
  /**
   * Sends one request. This is not a general `fetch`: `init` takes `method`, `headers`, `body` (a string), `redirect`
   * (`"manual"`), `cache` (`"no-store"`) and `signal`, and a `TypeError` names any other member. Of the response
   * there are the status, the headers and `body`, which can be iterated over once. There are no redirects, no cookies,
   * no cache and no blocked ports.
   */
  (url: string, init?: RequestInit): Promise<Response>;

  /**
   * Closes the pool: waits for the requests in flight, then closes the connections. Later requests are rejected with a
   * `TypeError`. A program that ends need not call it, since idle connections do not keep a process alive.
   */
  close(): Promise<void>;
}

// Bun replaces undici, even an installed one: https://bun.com/docs/runtime/nodejs-compat
const NO_UNDICI =
  "undiciFetch cannot run here: this runtime replaces undici with a stub, as Bun does. Leave out the fetch option; Bun's own fetch keeps connections open and reads HTTPS_PROXY";

/**
 * Creates a `fetch` that sends requests through undici's connection pool directly, without the overhead of the Fetch
 * standard.
 *
 * @example
 * const chat = createChatClient({ accessToken, fetch: undiciFetch() });
 *
 * @throws TypeError that names the invalid option, or on Bun, whose undici is a stub
 */
export function undiciFetch(options: UndiciFetchOptions = {}): UndiciFetch {
  if (typeof Agent.prototype.dispatch !== "function") throw new TypeError(NO_UNDICI);
  const { dispatcher, isOwn } = readDispatcher(options);
  let closing: Promise<void> | undefined;

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const { options, signal } = readRequest(url, init);
    if (closing) throw new TypeError("close() was called on this undiciFetch");
    if (signal?.aborted) throw signal.reason;
    const exchange = new Exchange(signal);
    const { status, statusText, headers } = await exchange.send(dispatcher, options).catch((error: unknown) => {
      throw isOldUndiciError(error) ? new TypeError(`dispatcher must be ${DISPATCHER_RULE}`) : error;
    });
    const response = {
      type: "basic",
      url: options.origin + options.path,
      redirected: false,
      status,
      statusText,
      ok: status <= 299, // None below 200 gets here.
      headers,
      body: decode(exchange, headers.get("content-encoding"), signal),
    };
    return response as unknown as Response; // As much of it as this package's clients read.
  }

  return Object.assign(send, { close: () => (closing ??= isOwn ? dispatcher.close() : Promise.resolve()) });
}
