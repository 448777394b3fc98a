/**
 * Stands in for `Request` where openapi-fetch builds one. It keeps what `fetch` takes, so that each attempt can hand it
 * over anew. A real `Request` would be built a second time inside `fetch`, and loses aborts when it is
 * garbage-collected while the call is under way.
 */
export class PlainRequest {
  readonly url: string;
  readonly init: RequestInit;

  constructor(url: string, init: RequestInit) {
    this.url = url;
    this.init = init;
  }
}

/** What to give openapi-fetch as `Request`; it only constructs it and hands it to `fetch`. */
export const RequestStandIn = PlainRequest as unknown as typeof Request;

/**
 * Lets openapi-fetch build a typed request, and takes it before it is sent: what follows, from the retries to the
 * contract check, is beyond openapi-fetch.
 *
 * @param build calls a method of an openapi-fetch client that has {@link RequestStandIn}, with this `fetch`
 */
export function buildRequest(
  build: (fetch: (request: Request) => Promise<never>) => Promise<unknown>,
): Promise<PlainRequest> {
  return new Promise((resolve, reject) => {
    const fetch = (request: unknown) => {
      resolve(request as PlainRequest);
      return new Promise<never>(() => {}); // openapi-fetch goes no further, and is garbage-collected.
    };
    build(fetch).catch(reject);
  });
}
