// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.

/** Every path of the OpenAPI description, with its operations. */
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
         * @description Marks every unread message that the shopper sent about this order as read, and returns how many there were. Call it when the customer opens the chat ([Chat](https://docs.instacart.com/connect/post-checkout_guide/concepts/chat)).
         *
         *     The request has no body and takes no message ids: it applies to all unread messages. Even so, every documented request example sends `Accept: application/json` and `Content-Type: application/json`.
         *
         *     The code samples send `X-Treat-Ids-As-Internal: true`, as the documented examples do. If your order id is your own rather than Instacart's, remove this header (**inferred**). Replace `{order_id}` and `<token>` with your own values.
         *
         *     **Inferred**: repeating the request is harmless, because there is nothing left to mark. However, the second response counts only the messages that were still unread. If a response is lost and you repeat the request, the count does not include the messages that the first request marked, so it is often 0.
         *
         *     The page of the neighbouring `GET` says that the messages stay accessible for 24 hours after delivery or cancellation, and that it returns 403 if the retailer's account has shopper information removed ([Get chat messages](https://docs.instacart.com/connect/api/post_checkout/chat/get_chat_messages)). No page says whether this holds for marking them as read.
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
         * @description Exchanges the retailer's client credentials for an access token. Send the credentials in the body only. If they are sent as query parameters, the API returns 403.
         *
         *     A token is valid for 24 hours. Reuse it until it expires, then generate a new one.
         *
         *     A token for one customer's orders needs the customer's Connect user id, which the API returned when you created the Connect user account, before the order ([Get a user access token for the Post-checkout API](https://docs.instacart.com/connect/post-checkout_guide/tutorials/get_an_access_token)). The client id and secret come from your Instacart representative.
         *
         *     The bodies of 400 and 401 are documented on the page of another flow that uses the same endpoint ([Generate a linking token](https://docs.instacart.com/connect/api/fulfillment/users/generate_linking_token)). The other error statuses come from the general page on errors and are listed without a body ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)).
         *
         *     No page shows `Accept-Language` or `X-Retailer-Id` on this request.
         *
         *     The ids and the secret in the code samples are an **illustration**. Replace them with your own values.
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
/** Every named schema, parameter and response of the OpenAPI description. */
export interface components {
    schemas: {
        /** @description The result of marking the messages as read. */
        readonly MessagesRead: {
            /**
             * Format: int64
             * @description How many messages this request marked as read. (Documented as required.) The bounds are **inferred**: a count is never negative, and many languages cannot represent a JSON number above the maximum exactly.
             * @example 15
             */
            readonly messages_read_count: number;
        };
        /**
         * @description The body of a 4XX response: either a single error or multiple errors ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)). The code 9999 means multiple errors (**inferred** from the only documented example).
         *
         *     Every documented error has a `message` and a `code`. That they are required is **inferred**, so clients should cope with errors that lack them.
         */
        readonly ErrorResponse: components["schemas"]["MultipleErrors"] | components["schemas"]["SingleError"];
        /**
         * @description One error. `meta` may name the field that caused it.
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
            /** @description The error itself. */
            readonly error: {
                /**
                 * @description The error in words.
                 * @example Resource not found
                 */
                readonly message: string;
                /**
                 * Format: int64
                 * @description The API's own error code, not the HTTP status. **Inferred**: it can be any integer except 9999, which means multiple errors.
                 * @example 4000
                 */
                readonly code: number;
            };
            readonly meta?: components["schemas"]["ErrorMeta"] | undefined;
        };
        /** @description Multiple errors in one response. */
        readonly MultipleErrors: {
            /** @description A general error with the list of single errors. */
            readonly error: {
                /**
                 * @description A general message. The `errors` say more.
                 * @example There were issues with your request
                 */
                readonly message: string;
                /**
                 * @description The code that means multiple errors (**inferred**).
                 * @example 9999
                 * @constant
                 */
                readonly code: 9999;
                /** @description The single errors. That there is at least one is **inferred**. */
                readonly errors: readonly components["schemas"]["SingleError"][];
            };
        };
        /** @description Details of an error. They may be absent. */
        readonly ErrorMeta: {
            /**
             * @description The field that caused the error. **Inferred** from an example: dots separate the names of nested fields.
             * @example user_id
             */
            readonly key?: string | undefined;
        };
        /**
         * @description A request for an access token. `grant_type` selects one of two forms. The endpoint supports further grants, with the fields `code` and `redirect_uri`, for flows that the chat endpoint does not use.
         *
         *     `client_id`, `client_secret` and `grant_type` are documented as required; `scope` and `assertion` are documented as optional.
         */
        readonly AccessTokenRequest: components["schemas"]["FulfillmentUserAssertionGrant"] | components["schemas"]["ClientCredentialsGrant"];
        /** @description Requests a token that gives access to the orders of one user ([Get a user access token for the Post-checkout API](https://docs.instacart.com/connect/post-checkout_guide/tutorials/get_an_access_token)). **Inferred**: this grant requires the `assertion`. */
        readonly FulfillmentUserAssertionGrant: {
            /**
             * @description The name of this grant.
             * @example fulfillment_user_assertion
             * @constant
             */
            readonly grant_type: "fulfillment_user_assertion";
            readonly client_id: components["schemas"]["ClientId"];
            readonly client_secret: components["schemas"]["ClientSecret"];
            readonly scope?: components["schemas"]["Scope"] | undefined;
            /**
             * @description The user whose orders the token gives access to: the JSON `{"user_id": "<the customer's Connect user id>"}`, encoded as Base64. The example is an **illustration**.
             * @example eyJ1c2VyX2lkIjoidXNlci0xMjMifQ==
             */
            readonly assertion: string;
        };
        /** @description Requests a token that gives access to orders created with Fulfillment v3 (**inferred** from the 400 with code 4001). The documentation lists `connect:post_checkout` with the grant `fulfillment_user_assertion` only ([Permissions and scopes](https://docs.instacart.com/connect/api/permissions_scopes)). **Inferred**: the scope can also be requested with this grant. */
        readonly ClientCredentialsGrant: {
            /**
             * @description The name of this grant.
             * @example client_credentials
             * @constant
             */
            readonly grant_type: "client_credentials";
            readonly client_id: components["schemas"]["ClientId"];
            readonly client_secret: components["schemas"]["ClientSecret"];
            readonly scope?: components["schemas"]["Scope"] | undefined;
        };
        /**
         * @description The retailer's client id, which Instacart provides. The example is an **illustration**.
         * @example client-123
         */
        readonly ClientId: string;
        /**
         * @description The secret for the client id. The example is an **illustration**.
         * @example not-a-real-secret
         */
        readonly ClientSecret: string;
        /**
         * @description What the token permits. The chat endpoint needs `connect:post_checkout`. Separate multiple scopes with commas; they must have the same grant type ([Permissions and scopes](https://docs.instacart.com/connect/api/permissions_scopes)). If omitted, the token permits all the APIs in the retailer's configuration.
         * @example connect:post_checkout
         */
        readonly Scope: string;
        /** @description An access token and its lifetime. All fields but `scope` are documented as required. */
        readonly AccessToken: {
            /**
             * @description The token to send as `Authorization: Bearer <token>`. The example is an **illustration**.
             * @example not-a-real-token
             * @example not-a-real-token
             */
            readonly access_token: string;
            /**
             * @description How to send the token. The documentation shows `Bearer` only. **Inferred**: letter case does not matter, and no other type is valid, because the chat endpoint requires a bearer token.
             * @example Bearer
             * @example Bearer
             */
            readonly token_type: string;
            /**
             * @description The number of seconds until the token expires. The documented lifetime is 24 hours. The minimum of 0 is **inferred**.
             * @example 86400
             */
            readonly expires_in: number;
            /**
             * @description What the token permits. (Documented as optional.)
             * @example connect:post_checkout
             */
            readonly scope?: string | undefined;
            /**
             * @description When the token was created, as epoch time. **Inferred** from the documented example: the value is in seconds since 1970-01-01T00:00:00Z.
             * @example 1603897760
             */
            readonly created_at: number;
        };
        /** @description An error of the token endpoint, in the form of OAuth 2.0 ([Generate a linking token](https://docs.instacart.com/connect/api/fulfillment/users/generate_linking_token)). **Inferred** from OAuth 2.0: `error` is required, and other codes are possible. */
        readonly OAuthError: {
            /**
             * @description The error code. `invalid_grant` and `invalid_client` are documented.
             * @example invalid_client
             */
            readonly error: string;
            /**
             * @description The error in words. The example is an **illustration**.
             * @example The client id or the client secret is invalid
             */
            readonly error_description?: string | undefined;
        };
        /**
         * @description A language that the API supports ([Localization](https://docs.instacart.com/connect/api/localization)).
         * @example en-US
         * @enum {string}
         */
        readonly Locale: "en-US" | "en-CA" | "fr-CA";
    };
    responses: {
        /** @description Internal error. Retry later ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)). The documentation shows no body for this status. */
        readonly InternalServerError: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The API is unavailable, overloaded or in maintenance. Retry later ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)). The documentation shows no body for this status. */
        readonly ServiceUnavailable: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /** @description The order's id. (Documented as required.) */
        readonly OrderId: string;
        /** @description **Inferred** from the name: `true` means that `order_id` is Instacart's own order id, and `false` means that it is the retailer's. The documentation lists this header without a description and sends `true` in its request examples. It does not say what applies if the header is omitted. */
        readonly TreatIdsAsInternal: boolean;
        /**
         * @description The languages of the response, in order of preference. The header has the meaning of RFC 7231: one language, or a list of languages with weights ([Request headers](https://docs.instacart.com/connect/api/request_headers)).
         *
         *     Supported are `en-US`, the default for the United States, `en-CA`, the default for Canada, and `fr-CA`. If none of them matches, the API uses the country's default ([Localization](https://docs.instacart.com/connect/api/localization)).
         */
        readonly AcceptLanguage: components["schemas"]["Locale"] | string;
        /** @description The slug of the retailer's banner, such as `the-garden-market`. Required only if you have several banners; then send it with each request ([Multi-banner retailers](https://docs.instacart.com/connect/fulfillment_guide/concepts/multi-banner_retailer)). */
        readonly RetailerId: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
/** Every operation of the OpenAPI description by its `operationId`. */
export interface operations {
    readonly markMessagesAsRead: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description **Inferred** from the name: `true` means that `order_id` is Instacart's own order id, and `false` means that it is the retailer's. The documentation lists this header without a description and sends `true` in its request examples. It does not say what applies if the header is omitted. */
                readonly "X-Treat-Ids-As-Internal"?: components["parameters"]["TreatIdsAsInternal"] | undefined;
                /**
                 * @description The languages of the response, in order of preference. The header has the meaning of RFC 7231: one language, or a list of languages with weights ([Request headers](https://docs.instacart.com/connect/api/request_headers)).
                 *
                 *     Supported are `en-US`, the default for the United States, `en-CA`, the default for Canada, and `fr-CA`. If none of them matches, the API uses the country's default ([Localization](https://docs.instacart.com/connect/api/localization)).
                 */
                readonly "Accept-Language"?: components["parameters"]["AcceptLanguage"] | undefined;
                /** @description The slug of the retailer's banner, such as `the-garden-market`. Required only if you have several banners; then send it with each request ([Multi-banner retailers](https://docs.instacart.com/connect/fulfillment_guide/concepts/multi-banner_retailer)). */
                readonly "X-Retailer-Id"?: components["parameters"]["RetailerId"] | undefined;
            } | undefined;
            readonly path: {
                /** @description The order's id. (Documented as required.) */
                readonly order_id: components["parameters"]["OrderId"];
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The messages were marked as read. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MessagesRead"];
                };
            };
            /**
             * @description The request is not valid.
             *
             *     Code 4001 with the message `User ID not found` and no `meta` means that the order was not created with Fulfillment v3 and that the access token came from client credentials. **Inferred**: use an access token for the order's user instead.
             *
             *     The page of this endpoint documents no other cause; 400 means a bad request on any endpoint ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)).
             */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The access token is not valid. Make sure that it is ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)). **Inferred**: it may be missing, malformed or expired. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The request is forbidden. Make sure that you have permission for the resource ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)). */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /**
             * @description The order was not found. Make sure that its id is correct. **Inferred**: this includes orders that the access token does not give access to.
             *
             *     The code is 4000, the message is `Resource not found`, and there is no `meta`.
             */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The server closed an idle connection ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)). */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description Too many requests in one second. The limit is not published. Retry later ([Error and status codes](https://docs.instacart.com/connect/api/error_and_status_codes)). */
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
        /** @description The client credentials and what the token gives access to. */
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
            /** @description The request is not valid. The error `invalid_grant` means that the authorization code or the redirect URI is invalid ([Generate a linking token](https://docs.instacart.com/connect/api/fulfillment/users/generate_linking_token)). **Inferred**: with `fulfillment_user_assertion`, it means that the assertion is invalid. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The error `invalid_client` means that the client id or the client secret is invalid ([Generate a linking token](https://docs.instacart.com/connect/api/fulfillment/users/generate_linking_token)). */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OAuthError"];
                };
            };
            /** @description The request is forbidden, for example because the credentials were sent as query parameters. The documentation shows no body for this status. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found. The documentation does not say what this means for this endpoint. It shows no body for this status. */
            readonly 404: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The server closed an idle connection. The documentation shows no body for this status. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests in one second. The limit is not published. Retry later. The documentation shows no body for this status. */
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
