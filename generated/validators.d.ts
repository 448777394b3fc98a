// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.

import type { components } from "./api.js";

/** One way in which a value breaks its schema, as Ajv reports it. */
export interface ValidationProblem {
  /** Where: a JSON pointer into the value; empty for the value itself. */
  readonly instancePath: string;
  /** What is invalid there. */
  readonly message: string;
}

/** Tells whether a value fits its schema; if not, `errors` says why until the next call. */
export interface Validator<T> {
  (value: unknown): value is T;
  readonly errors: readonly ValidationProblem[] | null;
}

export declare const validateAccessToken: Validator<components["schemas"]["AccessToken"]>;
export declare const validateErrorResponse: Validator<components["schemas"]["ErrorResponse"]>;
export declare const validateMessagesRead: Validator<components["schemas"]["MessagesRead"]>;
export declare const validateMultipleErrors: Validator<components["schemas"]["MultipleErrors"]>;
export declare const validateOAuthError: Validator<components["schemas"]["OAuthError"]>;
export declare const validateSingleError: Validator<components["schemas"]["SingleError"]>;
