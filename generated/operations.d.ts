// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.

import type { components, operations } from "./api.js";
import type { Validator } from "./validators.js";

/** The body that each example of an answer stands for, by the example's name. */
export interface AnswerBodies {
  /** Comes with status 200. */
  readonly messagesRead: operations["markMessagesAsRead"]["responses"][200]["content"]["application/json"];
  /** Comes with status 200. */
  readonly noUnreadMessages: operations["markMessagesAsRead"]["responses"][200]["content"]["application/json"];
  /** Comes with status 400. */
  readonly userIdNotFound: operations["markMessagesAsRead"]["responses"][400]["content"]["application/json"];
  /** Comes with status 400. */
  readonly multipleErrors: operations["markMessagesAsRead"]["responses"][400]["content"]["application/json"];
  /** Comes with status 401. */
  readonly unauthorized: operations["markMessagesAsRead"]["responses"][401]["content"]["application/json"];
  /** Comes with status 403. */
  readonly forbidden: operations["markMessagesAsRead"]["responses"][403]["content"]["application/json"];
  /** Comes with status 404. */
  readonly orderNotFound: operations["markMessagesAsRead"]["responses"][404]["content"]["application/json"];
  /** Comes with status 408. */
  readonly requestTimeout: operations["markMessagesAsRead"]["responses"][408]["content"]["application/json"];
  /** Comes with status 429. */
  readonly tooManyRequests: operations["markMessagesAsRead"]["responses"][429]["content"]["application/json"];
  /** Comes with status 200. */
  readonly accessToken: operations["generateAccessToken"]["responses"][200]["content"]["application/json"];
  /** Comes with status 200. */
  readonly accessTokenWithoutScope: operations["generateAccessToken"]["responses"][200]["content"]["application/json"];
}

/** A status that at least one operation is documented to answer without a body. */
export type StatusWithoutBody = 400 | 401 | 403 | 404 | 408 | 429 | 500 | 503;

/** A request that keeps the contract of its operation; the names of its headers are in lower case. */
export interface CheckedRequest {
  readonly path: { readonly order_id?: string };
  readonly header: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: components["schemas"]["AccessTokenRequest"];
}

/** What is documented of an operation. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** With the names of its parameters in braces. */
  readonly path: string;
  /** Each example of the request's body. */
  readonly requestBodies: readonly unknown[];
  /** Each example of an answer, and each status that is documented without a body; a success comes first. */
  readonly answers: readonly Answer[];
  readonly validate: Validator<CheckedRequest>;
}

/** One documented answer. */
export interface Answer {
  readonly name: keyof AnswerBodies | StatusWithoutBody;
  readonly status: number;
  readonly contentType?: string;
  readonly body?: unknown;
}

export declare const documentedOperations: readonly Operation[];
