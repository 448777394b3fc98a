import { validateMessagesRead } from "../generated/validators.js";
import {
  readCallOptions,
  readClientOptions,
  type ChatClientOptions,
  type MarkMessagesAsReadOptions,
} from "./options.js";
import { assertOrderId } from "./order-id.js";
import { buildRequest } from "./request.js";
import { sendWithRetries, type Answer } from "./retry.js";
import { accessTokens } from "./token-refresh.js";
import type { MessagesRead, operations } from "./types.js";

/** A client of the post-checkout chat. */
export interface ChatClient {
  /**
   * Marks every message that the shopper sent about an order, and that is still unread, as read.
   *
   * @param orderId the retailer's id of the order, or Instacart's with `treatIdsAsInternal`
   * @returns how many messages this call marked, as `data.messages_read_count`
   * @throws TypeError when an argument is wrong; nothing was sent then
   * @throws ApiError when the API answers with an error
   * @throws InvalidResponseError when the answer breaks the contract
   * @throws NetworkError when there is no answer, or only a part of one
   * @throws TimeoutError when the answer takes longer than `timeoutMs`
   * @throws AccessTokenError when the `accessToken` function fails
   * @throws the `reason` of `options.signal`, as it is, when that signal aborts
   */
  markMessagesAsRead(orderId: string, options?: MarkMessagesAsReadOptions): Promise<MarkMessagesAsReadResult>;
}

/** What `markMessagesAsRead` resolves to. */
export type MarkMessagesAsReadResult = Answer<MessagesRead>;

/**
 * Makes a client.
 *
 * @example
 * const chat = createChatClient({ accessToken: process.env.INSTACART_ACCESS_TOKEN! });
 * const { data } = await chat.markMessagesAsRead("order-123");
 * data.messages_read_count; // 15
 *
 * @throws TypeError that names the option, when one is wrong
 */
export function createChatClient(options: ChatClientOptions): ChatClient {
  const settings = readClientOptions(options);
  const useToken = accessTokens();
  return {
    async markMessagesAsRead(orderId, options) {
      assertOrderId(orderId);
      const call = readCallOptions(settings, options);
      const header = {
        "X-Treat-Ids-As-Internal": call.treatIdsAsInternal,
        "X-Retailer-Id": call.retailerId,
        "Accept-Language": call.locale,
      } satisfies AllOf<HeaderParameters> as HeaderParameters; // What is undefined is left out.
      const request = buildRequest("PUT", "/v2/post_checkout/chat/{order_id}/messages", settings.baseUrl, {
        params: { path: { order_id: orderId }, header },
      });
      return useToken(call, (credentials) => sendWithRetries(request, validateMessagesRead, call, credentials));
    },
  };
}

type HeaderParameters = NonNullable<operations["markMessagesAsRead"]["parameters"]["header"]>;

/** Each property, if only as `undefined`: a name that the description does not have, or has besides, does not compile. */
type AllOf<T> = { [Key in keyof T]-?: T[Key] | undefined };
