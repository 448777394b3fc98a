import type { Fetch } from "../options.js";
import { firstAnswer, readAnswer, type MockAnswer } from "./answers.js";
import { checkRequest, type MockRequest } from "./request-check.js";

/** Stands in for `fetch`, and keeps what it was sent. */
export interface MockFetch extends Fetch {
  /** The requests so far, oldest first. One that was refused is not among them. */
  readonly requests: readonly MockRequest[];
}

/**
 * Makes a `fetch` without a network, for the `fetch` option of the client and of the token provider, or of both. It
 * answers with the examples of the description.
 *
 * A request that breaks the contract is refused, and so is one to whose operation the answer does not belong: the call
 * fails at its first attempt, and the message says what is wrong and what is right.
 *
 * @example
 * const fetch = mockFetch("tooManyRequests", "messagesRead");
 * const chat = createChatClient({ accessToken: "a-token", fetch });
 * await chat.markMessagesAsRead("order-123"); // Two attempts.
 * fetch.requests[0]?.orderId; // "order-123"
 *
 * @param answers one for each request in turn; the last one is repeated, so that `mockFetch(503)` is an API that stays
 *   down. Without any, each request succeeds.
 * @throws TypeError that names what is wrong with an answer
 */
export function mockFetch(...answers: readonly MockAnswer[]): MockFetch {
  const answerers = answers.map(readAnswer);
  const requests: MockRequest[] = [];
  const fetch: Fetch = async (url, init = {}) => {
    if (init.signal?.aborted) throw init.signal.reason;
    const { operation, request } = checkRequest(url, init);
    const answerer = answerers[Math.min(requests.length, answerers.length - 1)] ?? firstAnswer;
    const reply = answerer(operation);
    requests.push(request);
    return reply(init.signal ?? undefined);
  };
  return Object.assign(fetch, { requests });
}
