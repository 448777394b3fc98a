// Bodies of answers, right and wrong. Examples alone cannot tell when a schema has become too loose; wrong bodies can.

/** The bodies of one schema that are answered with one status of one operation. */
export interface Corpus {
  readonly schema: "MessagesRead" | "ErrorResponse" | "AccessToken";
  readonly operationId: "markMessagesAsRead" | "generateAccessToken";
  readonly status: number;
  readonly good: readonly unknown[];
  readonly wrong: readonly unknown[];
}

const ONE = { error: { message: "m", code: 7 } };
const SEVERAL = { error: { message: "m", code: 9999, errors: [ONE] } };
const TOKEN = { access_token: "t", token_type: "Bearer", expires_in: 1, created_at: 0 };

const several = (change: object) => ({ error: { ...SEVERAL.error, ...change } });
const without = (name: string, object: object) =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

export const corpora: readonly Corpus[] = [
  {
    schema: "MessagesRead",
    operationId: "markMessagesAsRead",
    status: 200,
    good: [
      { messages_read_count: 0 },
      { messages_read_count: 15 },
      { messages_read_count: 15.0 },
      { messages_read_count: Number.MAX_SAFE_INTEGER },
      { messages_read_count: 1, new: [null] },
    ],
    wrong: [
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
  {
    schema: "ErrorResponse",
    operationId: "markMessagesAsRead",
    status: 404,
    good: [
      ONE,
      { ...ONE, meta: { key: "user_id" } },
      { ...ONE, meta: {} },
      { error: { ...ONE.error, new: 1 }, meta: { key: "k", new: 1 }, new: 1 },
      SEVERAL,
      several({ errors: [ONE, { ...ONE, meta: { key: "k" } }] }),
      several({ errors: [{ ...ONE, new: 1 }], new: 1 }),
    ],
    wrong: [
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
      { ...ONE, meta: "k" },
      { ...ONE, meta: [] },
      { ...ONE, meta: { key: 5 } },
      several({ errors: [] }),
      several({ errors: {} }),
      several({ errors: ["m"] }),
      several({ errors: [null] }),
      several({ errors: [{}] }),
      several({ errors: [SEVERAL] }),
      several({ errors: [{ ...ONE, meta: { key: 5 } }] }),
      several({ message: 5 }),
      { ...several({ code: 7 }), meta: "k" },
      { error: without("message", SEVERAL.error) },
      { error: without("code", SEVERAL.error) },
      { error: without("errors", SEVERAL.error) },
    ],
  },
  {
    schema: "AccessToken",
    operationId: "generateAccessToken",
    status: 200,
    good: [
      TOKEN,
      { ...TOKEN, scope: "a,b" },
      { ...TOKEN, scope: "" },
      { ...TOKEN, expires_in: 86_400, new: {} },
      { ...TOKEN, token_type: "bearer" },
      { ...TOKEN, token_type: "BEARER" },
      without("token_type", TOKEN),
      without("created_at", TOKEN),
    ],
    wrong: [
      {},
      [TOKEN],
      null,
      "t",
      without("access_token", TOKEN),
      without("expires_in", TOKEN),
      { ...TOKEN, access_token: "" },
      { ...TOKEN, access_token: 5 },
      { ...TOKEN, access_token: null },
      { ...TOKEN, token_type: 5 },
      { ...TOKEN, token_type: "MAC" },
      { ...TOKEN, token_type: "Bearer x" },
      { ...TOKEN, token_type: "x Bearer" },
      { ...TOKEN, expires_in: "86400" },
      { ...TOKEN, expires_in: 0.5 },
      { ...TOKEN, expires_in: 0 },
      { ...TOKEN, expires_in: -1 },
      { ...TOKEN, scope: ["a"] },
      { ...TOKEN, scope: null },
      { ...TOKEN, created_at: "2020" },
      { ...TOKEN, created_at: 0.5 },
    ],
  },
];
