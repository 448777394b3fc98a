import type { Fetch } from "../../src/index.js";

/** A request as a stub got it. */
export interface StubbedRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly init: RequestInit;
}

/** What a stub answers; the last one is repeated. An `Error` is thrown. */
export type Answer = Response | Error | ((request: StubbedRequest) => Response | Promise<Response>);

/** A `fetch` without a network, for tests of what the client makes of an answer; it keeps what it was asked. */
export function stubFetch(...answers: Answer[]): { fetch: Fetch; requests: StubbedRequest[] } {
  const requests: StubbedRequest[] = [];
  const fetch: Fetch = async (url, init) => {
    const request = { url, init, headers: Object.fromEntries(new Headers(init.headers)) };
    const answer =
      answers[Math.min(requests.push(request), answers.length) - 1] ?? Response.json({ messages_read_count: 15 });
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(request) : answer.clone();
  };
  return { fetch, requests };
}
