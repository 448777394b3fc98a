import { abortReason } from "../timers.js";
import type { Fetch } from "../types.js";
import { checkRequest, type MockRequest } from "./check-request.js";
import { firstResponse, readResponse, type MockResponse } from "./responses.js";

/** Stands in for `fetch`, and records what it was sent. */
export interface MockFetch extends Fetch {
  /** The valid requests so far, oldest first. */
  readonly requests: readonly MockRequest[];
}

/**
 * Creates a `fetch` without a network, for the `fetch` option of the client, of the token provider, or of both. It
 * responds with the examples of the spec.
 *
 * A request that breaks the contract is rejected, and so is one whose operation does not have the response: the call
 * fails at its first attempt, and the message says what was wrong and what is right.
 *
 * @example
 * const fetch = mockFetch("tooManyRequests", "messagesRead");
 * const chat = createChatClient({ accessToken: "a-token", fetch });
 * await chat.markMessagesAsRead("order-123"); // Two attempts.
 * fetch.requests[0]?.orderId; // "order-123"
 *
 * @param responses one for each request in turn; the last one is repeated, so `mockFetch(503)` is an API that stays
 *   down. Without any, each request succeeds.
 * @throws TypeError that names what is invalid about a response
 */
export function mockFetch(...responses: readonly MockResponse[]): MockFetch {
  const responders = responses.map(readResponse);
  const requests: MockRequest[] = [];
  const fetch: Fetch = async (url, init = {}) => {
    if (init.signal?.aborted) throw abortReason(init.signal);
    const { operation, request } = checkRequest(url, init);
    const responder = responders[Math.min(requests.length, responders.length - 1)] ?? firstResponse;
    const reply = responder(operation);
    requests.push(request);
    return reply(init.signal ?? undefined);
  };
  return Object.assign(fetch, { requests });
}
