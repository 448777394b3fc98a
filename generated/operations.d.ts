// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.

import type { components, operations } from "./api.js";
import type { Validator } from "./validators.js";

/** The body of each example of a response, by the example's name, which several operations may have. */
export interface ExampleBodies {
  readonly messagesRead: operations["markMessagesAsRead"]["responses"][200]["content"]["application/json"];
  readonly noUnreadMessages: operations["markMessagesAsRead"]["responses"][200]["content"]["application/json"];
  readonly userIdNotFound: operations["markMessagesAsRead"]["responses"][400]["content"]["application/json"];
  readonly multipleErrors: operations["markMessagesAsRead"]["responses"][400]["content"]["application/json"];
  readonly unauthorized: operations["markMessagesAsRead"]["responses"][401]["content"]["application/json"];
  readonly forbidden: operations["markMessagesAsRead"]["responses"][403]["content"]["application/json"];
  readonly orderNotFound: operations["markMessagesAsRead"]["responses"][404]["content"]["application/json"];
  readonly requestTimeout: operations["markMessagesAsRead"]["responses"][408]["content"]["application/json"];
  readonly tooManyRequests: operations["markMessagesAsRead"]["responses"][429]["content"]["application/json"];
  readonly accessToken: operations["generateAccessToken"]["responses"][200]["content"]["application/json"];
  readonly accessTokenWithoutScope: operations["generateAccessToken"]["responses"][200]["content"]["application/json"];
  readonly invalidGrant: operations["generateAccessToken"]["responses"][400]["content"]["application/json"];
  readonly invalidClient: operations["generateAccessToken"]["responses"][401]["content"]["application/json"];
}

/** A status that at least one operation documents without a body. */
export type StatusWithoutBody = 403 | 404 | 408 | 429 | 500 | 503;

/** A request that fits its operation. Header names are in lower case. */
export interface CheckedRequest {
  readonly path: { readonly order_id?: string };
  readonly header: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: components["schemas"]["AccessTokenRequest"];
}

/** An operation as the OpenAPI description documents it. */
export interface Operation {
  readonly operationId: keyof operations;
  readonly method: string;
  /** The path template, with parameter names in braces. */
  readonly path: string;
  /** The examples of the request body. */
  readonly requestBodies: readonly unknown[];
  /** One for each example, and one for each status without a body. The first is a success. */
  readonly responses: readonly DocumentedResponse[];
  readonly validateRequest: Validator<CheckedRequest>;
}

/** A documented response. */
export interface DocumentedResponse {
  /** The name of the example, or the status where no body is documented. */
  readonly name: keyof ExampleBodies | StatusWithoutBody;
  readonly status: number;
  readonly contentType?: string;
  readonly body?: unknown;
  /** A body of this status has to satisfy one of them. Empty if none is documented. */
  readonly validators: readonly Validator<unknown>[];
}

export declare const documentedOperations: readonly Operation[];
