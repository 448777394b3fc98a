export type { AccessToken, AccessTokenFunction, AccessTokenRequest } from "./access-token.js";
export { assertOrderId } from "./check-options.js";
export { createChatClient, type ChatClient, type MarkMessagesAsReadResult } from "./client.js";
export {
  AccessTokenError,
  ApiError,
  ChatClientError,
  InvalidResponseError,
  isChatClientError,
  NetworkError,
  TimeoutError,
  type AnyChatClientError,
  type ApiErrorDetail,
  type ContractProblem,
} from "./errors.js";
export type { ChatClientOptions, MarkMessagesAsReadOptions } from "./options.js";
export { redact } from "./redact.js";
export type {
  Attempt,
  CallResult,
  components,
  ErrorResponse,
  Fetch,
  Locale,
  MessagesRead,
  operations,
  paths,
} from "./types.js";
