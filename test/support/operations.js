// All that the tests are told of an operation by hand: how to call it, what its documentation page says, and bodies that
// its schemas must accept or reject. They read everything else in the spec. Plain JavaScript, since every runtime of
// test/runtimes uses it.

/** @typedef {typeof import("../../src/index.js") & typeof import("../../src/oauth/index.js")} Package */
/** @typedef {{ baseUrl?: string | URL, fetch?: import("../../src/index.js").Fetch }} Connection */
/** @typedef {{ data: unknown, attempts?: readonly import("../../src/index.js").Attempt[] }} Result */
/** @typedef {(client: Package, connection: Connection, options?: object) => Promise<Result>} Call */
/**
 * @typedef {object} OperationUnderTest
 * @property {Call} call calls it as briefly as can be; takes the operation's own options
 * @property {Record<string, string>} options the option that sends each optional parameter
 * @property {(body: any) => unknown} data what of a documented success the caller gets
 * @property {true} [isLenient] the client takes a success that breaks the spec if it can use it
 * @property {Record<string, Call>} requests calls it with each example of its body
 * @property {object} documented what the documentation says of it; the examples of its responses by status and name
 */

export const TOKEN = "not-a-real-token";
export const CREDENTIALS = { clientId: "client-123", clientSecret: "not-a-real-secret" };

const TOKEN_BODY = { access_token: TOKEN, token_type: "Bearer", expires_in: 86_400, created_at: 1_603_897_760 };

/** @type {Record<string, OperationUnderTest>} */
export const operationsUnderTest = {
  markMessagesAsRead: {
    call: ({ createChatClient }, connection, options) =>
      createChatClient({ accessToken: TOKEN, ...connection }).markMessagesAsRead("order-123", options),
    options: {
      "X-Treat-Ids-As-Internal": "treatIdsAsInternal",
      "Accept-Language": "locale",
      "X-Retailer-Id": "retailerId",
    },
    data: (body) => body,
    requests: {},
    documented: {
      method: "PUT",
      path: "/v2/post_checkout/chat/{order_id}/messages",
      parameters: [
        { in: "path", name: "order_id", required: true, schema: { type: "string", minLength: 1 } },
        { in: "header", name: "X-Treat-Ids-As-Internal", required: false, schema: { type: "boolean" } },
        {
          ...{ in: "header", name: "Accept-Language", required: false },
          schema: { anyOf: [{ $ref: "#/components/schemas/Locale" }, { type: "string" }] },
        },
        { in: "header", name: "X-Retailer-Id", required: false, schema: { type: "string", minLength: 1 } },
      ],
      isBodyRequired: undefined,
      security: [{ accessToken: [] }],
      responses: {
        200: { messagesRead: { messages_read_count: 15 }, noUnreadMessages: { messages_read_count: 0 } },
        400: {
          userIdNotFound: { error: { message: "User ID not found", code: 4001 } },
          multipleErrors: {
            error: {
              message: "There were issues with your request",
              code: 9999,
              errors: [{ error: { message: "can't be blank", code: 1001 }, meta: { key: "order.service_option_id" } }],
            },
          },
        },
        401: { unauthorized: { error: { message: "The access token is not valid", code: 401 } } },
        403: { forbidden: { error: { message: "The caller is not allowed to do this", code: 403 } } },
        404: { orderNotFound: { error: { message: "Resource not found", code: 4000 } } },
        408: { requestTimeout: { error: { message: "The connection was idle for too long", code: 408 } } },
        429: { tooManyRequests: { error: { message: "Too many requests", code: 429 } } },
        500: {},
        503: {},
      },
    },
  },
  generateAccessToken: {
    call: async ({ createTokenProvider }, connection) => ({
      data: await createTokenProvider({ ...CREDENTIALS, ...connection }).forClient()(),
    }),
    options: {},
    data: (body) => body.access_token,
    isLenient: true,
    requests: {
      accessToken: async ({ createTokenProvider }, connection) => ({
        data: await createTokenProvider({ ...CREDENTIALS, ...connection }).forUser("user-123")(),
      }),
      accessTokenWithoutScope: async ({ createTokenProvider }, connection) => ({
        data: await createTokenProvider({ ...CREDENTIALS, ...connection }).forClient()(),
      }),
    },
    documented: {
      method: "POST",
      path: "/v2/oauth/token",
      parameters: [],
      isBodyRequired: true,
      security: [],
      responses: {
        200: {
          accessToken: { ...TOKEN_BODY, scope: "connect:post_checkout" },
          accessTokenWithoutScope: TOKEN_BODY,
        },
        400: { invalidGrant: { error: "invalid_grant", error_description: "The assertion is invalid" } },
        401: {
          invalidClient: {
            error: "invalid_client",
            error_description: "The client id or the client secret is invalid",
          },
        },
        ...{ 403: {}, 404: {}, 408: {}, 429: {}, 500: {}, 503: {} },
      },
    },
  },
};

/** @param {string} operationId */
export function callOf(operationId) {
  const operation = operationsUnderTest[operationId];
  if (operation) return operation.call;
  throw new Error(`test/support/operations.js does not say how to call ${operationId}`);
}

const SINGLE = { error: { message: "m", code: 7 } };
const MULTIPLE = { error: { message: "m", code: 9999, errors: [SINGLE] } };
const ISSUED = { access_token: "t", token_type: "Bearer", expires_in: 1, created_at: 0 };
const CLIENT = { grant_type: "client_credentials", client_id: "a", client_secret: "b" };
const USER = { ...CLIENT, grant_type: "fulfillment_user_assertion", assertion: "d" };

const multiple = (/** @type {object} */ change) => ({ error: { ...MULTIPLE.error, ...change } });
const without = (/** @type {string} */ name, /** @type {object} */ object) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/**
 * Bodies by schema. Examples alone cannot tell when a schema has become too loose; invalid bodies can. The examples of
 * the spec need no entry.
 *
 * @type {Record<string, { valid: unknown[], invalid: unknown[] }>}
 */
export const validInvalidBodies = {
  MessagesRead: {
    valid: [
      { messages_read_count: 15.0 },
      { messages_read_count: Number.MAX_SAFE_INTEGER },
      { messages_read_count: 1, new: [null] },
    ],
    invalid: [
      {},
      { message_read_count: 15 },
      { messages_read_count: null },
      { messages_read_count: "15" },
      { messages_read_count: true },
      { messages_read_count: [15] },
      { messages_read_count: 1.5 },
      { messages_read_count: -1 },
      { messages_read_count: Number.MAX_SAFE_INTEGER + 1 },
      [{ messages_read_count: 15 }],
      "15",
      15,
      null,
    ],
  },
  ErrorResponse: {
    valid: [
      SINGLE,
      { ...SINGLE, meta: { key: "user_id" } },
      { ...SINGLE, meta: {} },
      { error: { ...SINGLE.error, new: 1 }, meta: { key: "k", new: 1 }, new: 1 },
      MULTIPLE,
      multiple({ errors: [SINGLE, { ...SINGLE, meta: { key: "k" } }] }),
      { ...multiple({ errors: [{ ...SINGLE, new: 1 }], new: 1 }), new: 1 },
    ],
    invalid: [
      {},
      [],
      null,
      "Resource not found",
      { message: "m", code: 7 },
      { error: "m" },
      { error: null },
      { error: [] },
      { error: {} },
      { error: { code: 7 } },
      { error: { message: "m" } },
      { error: { message: 5, code: 7 } },
      { error: { message: null, code: 7 } },
      { error: { message: "m", code: "7" } },
      { error: { message: "m", code: 7.5 } },
      { error: { message: "m", code: null } },
      { error: { message: "m", code: 9999 } },
      { ...SINGLE, meta: "k" },
      { ...SINGLE, meta: [] },
      { ...SINGLE, meta: { key: 5 } },
      multiple({ errors: [] }),
      multiple({ errors: {} }),
      multiple({ errors: ["m"] }),
      multiple({ errors: [null] }),
      multiple({ errors: [{}] }),
      multiple({ errors: [MULTIPLE] }),
      multiple({ errors: [{ ...SINGLE, meta: { key: 5 } }] }),
      multiple({ message: 5 }),
      { ...multiple({ code: 7 }), meta: "k" },
      { error: without("message", MULTIPLE.error) },
      { error: without("code", MULTIPLE.error) },
      { error: without("errors", MULTIPLE.error) },
    ],
  },
  AccessToken: {
    valid: [
      ISSUED,
      { ...ISSUED, scope: "a,b" },
      { ...ISSUED, scope: "" },
      { ...ISSUED, expires_in: 86_400, new: {} },
      { ...ISSUED, token_type: "bearer" },
      { ...ISSUED, token_type: "BEARER" },
      { ...ISSUED, expires_in: 0.5 },
      { ...ISSUED, expires_in: 0 },
      { ...ISSUED, created_at: 0.5 },
    ],
    invalid: [
      {},
      [ISSUED],
      null,
      "t",
      ...Object.keys(ISSUED).map((name) => without(name, ISSUED)),
      { ...ISSUED, access_token: "" },
      { ...ISSUED, access_token: 5 },
      { ...ISSUED, access_token: null },
      { ...ISSUED, token_type: 5 },
      { ...ISSUED, token_type: "MAC" },
      { ...ISSUED, token_type: "Bearer x" },
      { ...ISSUED, token_type: "x Bearer" },
      { ...ISSUED, expires_in: "86400" },
      { ...ISSUED, expires_in: -1 },
      { ...ISSUED, scope: ["a"] },
      { ...ISSUED, scope: null },
      { ...ISSUED, created_at: "1603897760" },
    ],
  },
  OAuthError: {
    valid: [
      { error: "invalid_scope" },
      { error: "invalid_client", error_description: "m", error_uri: "https://example.com/", new: [null] },
    ],
    invalid: [
      {},
      null,
      "invalid_client",
      { error_description: "m" },
      { error: "" },
      { error: null },
      { error: { message: "m", code: 7 } },
      { error: "invalid_client", error_description: null },
    ],
  },
  AccessTokenRequest: {
    valid: [CLIENT, USER, { ...CLIENT, scope: "c" }, { ...USER, scope: "c,d" }],
    invalid: [
      { ...CLIENT, grant_type: "password" },
      without("assertion", USER),
      { ...USER, assertion: "" },
      { ...CLIENT, scope: "" },
      ...Object.keys(CLIENT).flatMap((name) => [without(name, CLIENT), { ...CLIENT, [name]: "" }, without(name, USER)]),
    ],
  },
  ClientCredentialsGrant: {
    valid: [{ ...CLIENT, new: 1 }],
    invalid: [
      { ...CLIENT, grant_type: "password" },
      ...["client_id", "client_secret", "scope"].map((name) => ({ ...CLIENT, [name]: 5 })),
    ],
  },
  FulfillmentUserAssertionGrant: {
    valid: [{ ...USER, new: 1 }],
    invalid: [
      { ...USER, grant_type: "client_credentials" },
      ...["client_id", "client_secret", "scope"].map((name) => ({ ...USER, [name]: 5 })),
    ],
  },
  Locale: { valid: ["en-US", "en-CA", "fr-CA"], invalid: ["de-DE", 5] },
};
