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
         * @description Marks every unread message that the shopper sent about this order as read, and returns how many there were.
         *
         *     The request has no body and takes no message ids: it applies to all unread messages. Even so, every documented request example sends `Accept: application/json` and `Content-Type: application/json`.
         *
         *     The code samples send `X-Treat-Ids-As-Internal: true`, as the documented examples do. Read the description of this header before you copy it. Replace `{order_id}` and `<token>` with your own values.
         *
         *     **Inferred**: repeating the request is harmless, because there is nothing left to mark. However, the second response counts only the messages that were still unread. If a response is lost and you repeat the request, the count does not include the messages that the first request marked, so it is often 0.
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
         *     The documentation shows no error responses for this endpoint. The error statuses below come from its general page on errors and are listed without a body. That page also describes the error bodies of the API; see the schema `ErrorResponse`.
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
             * @description How many messages this request marked as read. It is documented as required. The bounds are **inferred**: a count is never negative, and many languages cannot represent a JSON number above the maximum exactly.
             * @example 15
             */
            readonly messages_read_count: number;
        };
        /**
         * @description The body of a 4XX response: either a single error or multiple errors. The code 9999 means multiple errors (**inferred** from the only documented example).
         *
         *     Every documented error has a `message` and a `code`. That they are required is **inferred**, so clients should cope with errors that lack them.
         */
        readonly ErrorResponse: components["schemas"]["SingleError"] | components["schemas"]["MultipleErrors"];
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
        /** @description A request for an access token. `grant_type` selects one of two forms. The endpoint supports further grants, with the fields `code` and `redirect_uri`, for flows that the chat endpoint does not use. */
        readonly AccessTokenRequest: components["schemas"]["FulfillmentUserAssertionGrant"] | components["schemas"]["ClientCredentialsGrant"];
        /** @description Requests a token that gives access to the orders of one user. */
        readonly FulfillmentUserAssertionGrant: {
            /**
             * @description The name of this grant.
             * @example fulfillment_user_assertion
             * @constant
             */
            readonly grant_type: "fulfillment_user_assertion";
            readonly client_id: components["schemas"]["ClientId"];
            readonly client_secret: components["schemas"]["ClientSecret"];
            readonly scope: components["schemas"]["Scope"];
            /**
             * @description The user whose orders the token gives access to: the JSON `{"user_id": "<the customer's Connect user id>"}`, encoded as Base64. The example is an **illustration**.
             * @example eyJ1c2VyX2lkIjoidXNlci0xMjMifQ==
             */
            readonly assertion: string;
        };
        /** @description Requests a token that gives access to orders created with Fulfillment v3. */
        readonly ClientCredentialsGrant: {
            /**
             * @description The name of this grant.
             * @example client_credentials
             * @constant
             */
            readonly grant_type: "client_credentials";
            readonly client_id: components["schemas"]["ClientId"];
            readonly client_secret: components["schemas"]["ClientSecret"];
            readonly scope: components["schemas"]["Scope"];
        };
        /**
         * @description The retailer's client id. The example is an **illustration**.
         * @example client-123
         */
        readonly ClientId: string;
        /**
         * @description The secret for the client id. The example is an **illustration**.
         * @example not-a-real-secret
         */
        readonly ClientSecret: string;
        /**
         * @description What the token permits. The chat endpoint needs `connect:post_checkout`. Separate multiple scopes with commas.
         * @example connect:post_checkout
         */
        readonly Scope: string;
        /** @description An access token and its lifetime. */
        readonly AccessToken: {
            /**
             * @description The token to send as `Authorization: Bearer <token>`. The example is an **illustration**.
             * @example not-a-real-token
             */
            readonly access_token: string;
            /**
             * @description How to send the token. The documentation shows `Bearer` only. **Inferred**: letter case does not matter, and no other type is valid, because the chat endpoint requires a bearer token.
             * @example Bearer
             */
            readonly token_type?: string | undefined;
            /**
             * @description How long the token is valid after its creation, in seconds. The documented lifetime is 24 hours. The unit and the minimum of 1 are **inferred**.
             * @example 86400
             */
            readonly expires_in: number;
            /**
             * @description What the token permits. The documentation says that it may be absent.
             * @example connect:post_checkout
             */
            readonly scope?: string | undefined;
            /**
             * @description When the token was created. **Inferred** from the documented example: the value is in seconds since 1970-01-01T00:00:00Z.
             * @example 1603897760
             */
            readonly created_at?: number | undefined;
        };
        /**
         * @description A language that the documentation lists.
         * @example fr-CA
         * @enum {string}
         */
        readonly Locale: "en-US" | "en-CA" | "fr-CA";
    };
    responses: {
        /** @description Internal error. Retry later. The documentation shows no body for this status. */
        readonly InternalServerError: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The API is overloaded or in maintenance. Retry later. The documentation shows no body for this status. */
        readonly ServiceUnavailable: {
            headers: {
                readonly [name: string]: unknown;
            };
            content?: never;
        };
    };
    parameters: {
        /** @description The id of the order. It is documented as required. */
        readonly OrderId: string;
        /** @description **Inferred** from the name: `true` means that `order_id` is Instacart's own order id, and `false` means that it is the retailer's. The documentation lists this header without a description and sends `true` in its request examples. It does not say what applies if the header is omitted. */
        readonly TreatIdsAsInternal: boolean;
        /** @description The language of the response. If omitted, the language follows the location. */
        readonly AcceptLanguage: components["schemas"]["Locale"] | string;
        /** @description The retailer's banner. Only retailers with several banners must send it. */
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
                /** @description The language of the response. If omitted, the language follows the location. */
                readonly "Accept-Language"?: components["parameters"]["AcceptLanguage"] | undefined;
                /** @description The retailer's banner. Only retailers with several banners must send it. */
                readonly "X-Retailer-Id"?: components["parameters"]["RetailerId"] | undefined;
            } | undefined;
            readonly path: {
                /** @description The id of the order. It is documented as required. */
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
             */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The access token is not valid. **Inferred**: it may be missing, malformed or expired. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description The request is forbidden. */
            readonly 403: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /**
             * @description The order was not found. **Inferred**: this includes orders that the access token does not give access to.
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
            /** @description The server closed an idle connection. */
            readonly 408: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorResponse"];
                };
            };
            /** @description Too many requests in one second. The limit is not published. Retry later. */
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
            /** @description The request is not valid. The documentation shows no body for this status. */
            readonly 400: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description **Inferred**: the client credentials are not valid. The documentation's general page on errors says that the access token is not valid. No page shows a body for this status. */
            readonly 401: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
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
