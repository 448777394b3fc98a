// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.

export interface paths {
    readonly "/v2/post_checkout/chat/{order_id}/messages": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /**
         * Mark messages as read
         * @description Marks every unread message that the shopper sent about this order as read, and answers how many those were. The request names no messages and has no body: it is always all of them. All the same, each documented example of it carries `Accept: application/json` and `Content-Type: application/json`.
         *
         *     The code samples send `X-Treat-Ids-As-Internal: true`, as the documented ones do; whether that fits your ids, the description of this header says. Put your own values in place of `{order_id}` and `<token>`.
         *
         *     **Inferred**: sending the request again is harmless, since there is nothing left to mark, but the second answer counts only the messages that were still unread. Whoever repeats the call after a lost answer gets a smaller count, often 0.
         */
        readonly put: operations["markMessagesAsRead"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/v2/oauth/token": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Generate an access token
         * @description Exchanges the retailer's client credentials for an access token. The credentials go into the body and nowhere else: as query parameters they are refused with status 403.
         *
         *     A token lives for 24 hours. Use the same token again until it expires, then generate a new one.
         *
         *     The documentation shows no error of this endpoint. Its general page on errors has the statuses below and, for every endpoint, the bodies that the schema `ErrorResponse` describes; as long as none is shown for this one, none is promised here. Nor does a page show `Accept-Language` or `X-Retailer-Id` on this request.
         */
        readonly post: operations["generateAccessToken"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What became of the messages. */
        readonly MessagesRead: {
            /**
             * @description How many messages this request marked as read; documented as required. The bounds are **inferred**: a count is never negative, and beyond the upper one many languages cannot read a JSON number exactly.
             * @example 15
             */
            readonly messages_read_count: number;
        };
        /** @description The body of an error with status 4XX, in one of two forms. The code 9999 tells them apart (**inferred** from the only documented example of several errors). */
        readonly ErrorResponse: components["schemas"]["SingleError"] | components["schemas"]["MultipleErrors"];
        /**
         * @description One thing that is wrong. The code says what, and `meta` may say where.
         * @example {
         *       "error": {
         *         "message": "User not found",
         *         "code": 1001
         *       },
         *       "meta": {
         *         "key": "user_id"
         *       }
         *     }
         */
        readonly SingleError: {
            /** @description What is wrong. */
            readonly error: {
                /**
                 * @description What is wrong, in words.
                 * @example Resource not found
                 */
                readonly message: string;
                /**
                 * @description The API's number for this kind of error; not the HTTP status. There may be others than the documented ones, but not 9999, which announces several errors (**inferred**).
                 * @example 4000
                 */
                readonly code: number;
            };
            readonly meta?: components["schemas"]["ErrorMeta"] | undefined;
        };
        /** @description Several things that are wrong at once. */
        readonly MultipleErrors: {
            /** @description What is wrong. */
            readonly error: {
                /**
                 * @description That there are several errors, in words.
                 * @example There were issues with your request
                 */
                readonly message: string;
                /**
                 * @description The number that announces several errors (**inferred**, as above).
                 * @example 9999
                 * @constant
                 */
                readonly code: 9999;
                /** @description The errors, one by one. That there is at least one is **inferred**. */
                readonly errors: readonly components["schemas"]["SingleError"][];
            };
        };
        /** @description What the error is about. Not every error has it. */
        readonly ErrorMeta: {
            /**
             * @description The field that is wrong. That dots separate the parts of a nested field's name is **inferred** from an example.
             * @example user_id
             */
            readonly key?: string | undefined;
        };
        /** @description What to send for an access token. The grant type says which of the two it is. The endpoint has further grants, with the fields `code` and `redirect_uri`, for flows that this API does not use. */
        readonly AccessTokenRequest: components["schemas"]["FulfillmentUserAssertionGrant"] | components["schemas"]["ClientCredentialsGrant"];
        /** @description Asks for a token that reaches the orders of one user. */
        readonly FulfillmentUserAssertionGrant: {
            /**
             * @description Names this grant.
             * @example fulfillment_user_assertion
             * @constant
             */
            readonly grant_type: "fulfillment_user_assertion";
            readonly client_id: components["schemas"]["ClientId"];
            readonly client_secret: components["schemas"]["ClientSecret"];
            readonly scope: components["schemas"]["Scope"];
            /**
             * @description The user whose orders the token is for: the JSON `{"user_id": "<the customer's Connect user id>"}`, encoded as Base64.
             * @example eyJ1c2VyX2lkIjoidXNlci0xMjMifQ==
             */
            readonly assertion: string;
        };
        /** @description Asks for a token that reaches orders created with Fulfillment v3. */
        readonly ClientCredentialsGrant: {
            /**
             * @description Names this grant.
             * @example client_credentials
             * @constant
             */
            readonly grant_type: "client_credentials";
            readonly client_id: components["schemas"]["ClientId"];
            readonly client_secret: components["schemas"]["ClientSecret"];
            readonly scope: components["schemas"]["Scope"];
        };
        /**
         * @description The id of the retailer's client.
         * @example client-123
         */
        readonly ClientId: string;
        /**
         * @description The secret that belongs to the client id.
         * @example not-a-real-secret
         */
        readonly ClientSecret: string;
        /**
         * @description What the token is allowed to do; for this API `connect:post_checkout`. Several are separated by commas.
         * @example connect:post_checkout
         */
        readonly Scope: string;
        /** @description An access token and how long it lives. */
        readonly AccessToken: {
            /**
             * @description The token to send as `Authorization: Bearer <token>`.
             * @example not-a-real-token
             */
            readonly access_token: string;
            /**
             * @description How to send the token. The documentation shows `Bearer` only. **Inferred**: letter case does not matter, and no other type is valid, because the chat endpoint requires a bearer token.
             * @example Bearer
             */
            readonly token_type?: string | undefined;
            /**
             * @description How many seconds the token lives from its creation; 24 hours. That it is never less than one second is **inferred**.
             * @example 86400
             */
            readonly expires_in: number;
            /**
             * @description What the token is allowed to do. Documented as absent at times.
             * @example connect:post_checkout
             */
            readonly scope?: string | undefined;
            /**
             * @description When the token was created, in seconds since 1970-01-01T00:00:00Z (the unit is **inferred** from the documented example).
             * @example 1603897760
             */
            readonly created_at?: number | undefined;
        };
        /**
         * @description A language that the API is documented to answer in.
         * @example fr-CA
         * @enum {string}
         */
        readonly Locale: "en-US" | "en-CA" | "fr-CA";
    };
    responses: {
        /** @description Something failed inside the API. Try again later. No body is documented. */
        readonly InternalServerError: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The API is overloaded or in maintenance. Try again later. No body is documented. */
        readonly ServiceUnavailable: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /** @description The id of the order whose messages were read; documented as required. */
        readonly OrderId: string;
        /** @description Whether `order_id` is Instacart's own id of the order (`true`) instead of the retailer's (`false`). **Inferred** from the name: the documentation lists this header, and sends it as `true` in its examples, without a description. What the API assumes without it is not documented. */
        readonly TreatIdsAsInternal: boolean;
        /** @description The language of the answer. Without it, the language is the one of the location. */
        readonly AcceptLanguage: components["schemas"]["Locale"] | string;
        /** @description Names the banner. Retailers with several banners must send it; no one else needs to. */
        readonly RetailerId: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly markMessagesAsRead: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Whether `order_id` is Instacart's own id of the order (`true`) instead of the retailer's (`false`). **Inferred** from the name: the documentation lists this header, and sends it as `true` in its examples, without a description. What the API assumes without it is not documented. */
                readonly "X-Treat-Ids-As-Internal"?: components["parameters"]["TreatIdsAsInternal"] | undefined;
                /** @description The language of the answer. Without it, the language is the one of the location. */
                readonly "Accept-Language"?: components["parameters"]["AcceptLanguage"] | undefined;
                /** @description Names the banner. Retailers with several banners must send it; no one else needs to. */
                readonly "X-Retailer-Id"?: components["parameters"]["RetailerId"] | undefined;
            } | undefined;
            readonly path: {
                /** @description The id of the order whose messages were read; documented as required. */
                readonly order_id: components["parameters"]["OrderId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The messages are marked as read. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MessagesRead"];
                };
            };
            /**
             * @description The request cannot be served as it is.
             *
             *     Code 4001 with the message `User ID not found`, and without `meta`, means that the order was not created with Fulfillment v3 and that the access token came from client credentials: such an order needs the token of its user.
             */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The access token is not valid. It may be missing, mistyped or expired (**inferred**). */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The caller is not allowed to do this. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /**
             * @description There is no order with this id, or none that this access token reaches (the second half is **inferred**).
             *
             *     The code is 4000, the message `Resource not found`, and there is no `meta`.
             */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The server closed a connection that was idle. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The limit of requests per second is exceeded. Its number is not published. Try again later. */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            readonly 500: components["responses"]["InternalServerError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
    readonly generateAccessToken: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** @description The client credentials and what the token is for. */
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["AccessTokenRequest"];
            };
        };
        readonly responses: {
            /** @description A new access token. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccessToken"];
                };
            };
            /** @description The request cannot be served as it is. No body of it is shown. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The client credentials are not valid (**inferred**; elsewhere the status means that the access token is not valid). No body of it is shown. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The caller is not allowed to do this, or sent the credentials as query parameters. No body of it is shown. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found. What this would mean here is not documented. No body of it is shown. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The server closed a connection that was idle. No body of it is shown. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The limit of requests per second is exceeded. Its number is not published. Try again later. No body of it is shown. */
            readonly 429: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 500: components["responses"]["InternalServerError"];
            readonly 503: components["responses"]["ServiceUnavailable"];
        };
    };
}
