import { abortReason, delay } from "../timers.js";
import { checkRequest, type MockRequest } from "./check-request.js";
import { readResponse, replyTo, type MockResponse } from "./responses.js";

/** A replacement for `fetch` that records the requests it gets. */
export interface MockFetch {
  /** Responds to a valid request with the next response, and rejects any other request. */
  (url: string, init?: RequestInit): Promise<Response>;

  /** The valid requests so far, oldest first. */
  readonly requests: readonly MockRequest[];
}

/**
 * Creates a `fetch` without a network, for the `fetch` option of the client, of the token provider, or of both. It
 * responds with the examples of the spec.
 *
 * It rejects a request that breaks the contract, or whose operation does not have the response: the call fails on its
 * first attempt, and the message says what is invalid and what would be valid.
 *
 * @example
 * const fetch = mockFetch("tooManyRequests", "messagesRead");
 * const chat = createChatClient({ accessToken: "a-token", fetch });
 * await chat.markMessagesAsRead("order-123"); // Two attempts.
 * fetch.requests[0]?.orderId; // "order-123"
 *
 * @param responses one for each request, in turn. The last one is repeated, so `mockFetch(503)` is an API that stays
 *   down. Without responses, every request succeeds.
 * @throws TypeError that says what is invalid about a response
 */
export function mockFetch(...responses: readonly MockResponse[]): MockFetch {
  const all = responses.map(readResponse);
  const requests: MockRequest[] = [];
  const fetch = async (url: string, init: RequestInit = {}) => {
    const signal = init.signal ?? undefined;
    if (signal?.aborted) throw abortReason(signal);
    const { operation, request } = checkRequest(url, init);
    const response = all[Math.min(requests.length, all.length - 1)] ?? {};
    const reply = replyTo(operation, response);
    requests.push(request);
    if (response.delayMs) await delay(response.delayMs, signal);
    if (reply instanceof TypeError) throw reply;
    return reply;
  };
  return Object.assign(fetch, { requests });
}
