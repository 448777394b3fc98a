import { validateMessagesRead } from "../generated/validators.js";
import { tokenKeeper } from "./access-token.js";
import { createApi } from "./api.js";
import { assertOrderId } from "./check-options.js";
import {
  MARK_MESSAGES_AS_READ_RULES,
  readCallOptions,
  readClientOptions,
  type ChatClientOptions,
  type MarkMessagesAsReadOptions,
} from "./options.js";
import { RetryBudget } from "./retry-policy.js";
import { callOperation } from "./transport.js";
import type { CallResult, MessagesRead } from "./types.js";

/** A client of the post-checkout chat. */
export interface ChatClient {
  /**
   * Marks every unread message that the shopper sent about an order as read.
   *
   * @param orderId the retailer's id of the order, or Instacart's with `treatIdsAsInternal`
   * @returns how many messages this call marked, as `data.messages_read_count`
   * @throws TypeError if an argument is invalid; nothing was sent then
   * @throws ApiError if the API returns an error
   * @throws InvalidResponseError if the response breaks the contract
   * @throws NetworkError if there is no response, or only part of one
   * @throws TimeoutError if the response takes longer than `timeoutMs`
   * @throws AccessTokenError if the `accessToken` function fails
   * @throws the `reason` of `options.signal`, unchanged, if that signal aborts
   */
  markMessagesAsRead(
    this: void, // So that it can be taken out of the client.
    orderId: string,
    options?: MarkMessagesAsReadOptions,
  ): Promise<MarkMessagesAsReadResult>;
}

/** What `markMessagesAsRead` resolves to. */
export type MarkMessagesAsReadResult = CallResult<MessagesRead>;

/**
 * Creates a client.
 *
 * @example
 * const chat = createChatClient({ accessToken: process.env.INSTACART_ACCESS_TOKEN! });
 * const { data } = await chat.markMessagesAsRead("order-123");
 * data.messages_read_count; // 15
 *
 * @throws TypeError that names the invalid option
 */
export function createChatClient(options: ChatClientOptions): ChatClient {
  const client = { ...readClientOptions(options), retryBudget: new RetryBudget() };
  const api = createApi(client.baseUrl);
  const withToken = tokenKeeper();
  return {
    async markMessagesAsRead(orderId, options) {
      assertOrderId(orderId);
      const settings = readCallOptions(client, options, MARK_MESSAGES_AS_READ_RULES);
      const operation = { operationId: "markMessagesAsRead", orderId, validate: validateMessagesRead } as const;
      return await callOperation(operation, settings, withToken(settings), (fetch) =>
        api.PUT("/v2/post_checkout/chat/{order_id}/messages", {
          params: {
            path: { order_id: orderId },
            header: {
              "X-Treat-Ids-As-Internal": settings.treatIdsAsInternal,
              "X-Retailer-Id": settings.retailerId,
              "Accept-Language": settings.locale,
            },
          },
          headers: settings.headers,
          fetch,
        }),
      );
    },
  };
}
