/** What is sent, but for the token, which is an attempt's own. */
export interface PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodyInit | undefined;
}

/** What `fetch` takes for one attempt. */
export function initFor(request: PlainRequest, token: string | undefined, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { ...request.headers };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  const body = request.body as BodyInit; // The types allow it to be absent, but not `undefined`, which is the same here.
  return { method: request.method, headers, body, redirect: "manual", signal };
}

/** What openapi-fetch makes of a call of one of its methods. */
class StandIn {
  readonly url: string;
  readonly init: { readonly method: string; readonly headers: Headers; readonly body: BodyInit | undefined };

  constructor(url: string, init: StandIn["init"]) {
    this.url = url;
    this.init = init;
  }
}

/**
 * What to give openapi-fetch as `Request`: it only constructs it and hands it to `fetch`. A real one would be built a
 * second time inside `fetch`, and loses aborts when it is garbage-collected while the call is under way.
 */
export const RequestStandIn = StandIn as unknown as typeof Request;

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
      const { url, init } = request as StandIn;
      const { method, headers, body } = init;
      resolve({ url, method, headers: Object.fromEntries(headers), body });
      return new Promise<never>(() => {}); // openapi-fetch goes no further, and is garbage-collected.
    };
    build(fetch).catch(reject);
  });
}
