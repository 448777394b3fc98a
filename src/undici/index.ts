import { decode } from "./decoders.js";
import { Exchange } from "./exchange.js";
import { LightController } from "./light-controller.js";
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

/**
 * Creates a `fetch` that sends requests through undici's connection pool directly, without the overhead of the Fetch
 * standard.
 *
 * @example
 * const chat = createChatClient({ accessToken, fetch: undiciFetch() });
 *
 * @throws TypeError that names the invalid option
 */
export function undiciFetch(options: UndiciFetchOptions = {}): UndiciFetch {
  const { dispatcher, isOwn } = readDispatcher(options);
  let closing: Promise<void> | undefined;

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const { options, signal } = readRequest(url, init);
    if (closing) throw new TypeError("close() was called on this undiciFetch");
    if (signal?.aborted) throw signal.reason;
    const exchange = new Exchange(signal);
    const { status, statusText, headers } = await exchange.send(dispatcher, options);
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

  return Object.assign(send, {
    createController: () => new LightController() as unknown as AbortController, // Enough of one for this function.
    close: () => (closing ??= isOwn ? dispatcher.close() : Promise.resolve()),
  });
}
