import type { Fetch } from "../../src/index.js";

/** A request as a stub got it. */
export interface StubbedRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly init: RequestInit;
}

/** What a stub returns; the last one is repeated. An `Error` is thrown. */
export type StubResponse = Response | Error | ((request: StubbedRequest) => Response | Promise<Response>);

/** A `fetch` without a network, for tests of what the client makes of a response; it keeps what it was asked. */
export function stubFetch(...responses: StubResponse[]): { fetch: Fetch; requests: StubbedRequest[] } {
  const requests: StubbedRequest[] = [];
  const fetch: Fetch = async (url, init) => {
    const request = { url, init, headers: Object.fromEntries(new Headers(init.headers)) };
    const response =
      responses[Math.min(requests.push(request), responses.length) - 1] ?? Response.json({ messages_read_count: 15 });
    if (response instanceof Error) throw response;
    return typeof response === "function" ? response(request) : response.clone();
  };
  return { fetch, requests };
}
