// Servers of the API that break the contract, each in one way.
import { gzipSync } from "node:zlib";
import { CLIENT_SECRET, ERROR, FOUND, GIVEN_TOKEN, ISSUED_TOKEN, TOKEN } from "./flawed-server.js";
import type { FlawedResponse, Responses } from "./flawed-server.js";

export interface ViolationCase {
  readonly flaw: string;
  readonly responses: Partial<Responses>;
  /** Where the violation is. */
  readonly where: string;
  /** Why Prism, which checks what passes through it, does not find it; `undefined` where it does. */
  readonly notByPrism?: string;
  /** Whether the access token comes from the server. */
  readonly issuesToken?: true;
}

type Expectation = Partial<Omit<ViolationCase, "flaw" | "responses">>;

/** Such a response ends Prism's process, so it is not shown to it. */
export const ENDS_PRISM = "it ends with an unhandled error: invalid media type";
const LENIENT = { notByPrism: "it reads JSON as JavaScript does" };
const DOCUMENTED = { notByPrism: "the response itself is documented; it does not know what was asked for" };

const REPLACES_BYTES = { notByPrism: "it replaces bytes that are not UTF-8" };
const KNOWS_NO_LIMIT = { notByPrism: "the API's documentation has no limit; it is the client's" };

const SUCCESS = "markMessagesAsRead 200";
const success = (flaw: string, response: FlawedResponse, expected: Expectation = {}): ViolationCase => ({
  flaw,
  responses: { found: response },
  where: `${SUCCESS}, body`,
  ...expected,
});
const count = (flaw: string, value: unknown, expected: Expectation = {}) => {
  const body = typeof value === "string" ? value : { messages_read_count: value };
  return success(flaw, { body }, { where: `${SUCCESS}, body /messages_read_count`, ...expected });
};
const literal = (text: string) => `{"messages_read_count":${text}}`;

const notFound = (flaw: string, body: unknown, place = "", expected: Expectation = {}): ViolationCase => ({
  flaw: `error: ${flaw}`,
  responses: { notFound: { status: 404, body } },
  where: `markMessagesAsRead 404, body${place && ` ${place}`}`,
  ...expected,
});
const NO_CODE = { message: "m" };
const several = (errors: unknown) => ({ error: { message: "m", code: 9999, errors } });

const STATUS_OF = { found: 200, notFound: 404, unauthorized: 401 };
type Kind = keyof typeof STATUS_OF;
const status = (flaw: string, kind: Kind, response: FlawedResponse, expected: Expectation = {}): ViolationCase => ({
  flaw,
  responses: { [kind]: response },
  where: `markMessagesAsRead ${STATUS_OF[kind]}, status`,
  ...expected,
});
const error = (status: number): FlawedResponse => ({ status, body: { error: ERROR } });
const LOGIN = { status: 302, headers: { Location: "/login" } };
const IN_BODY_OF_401 = { where: "markMessagesAsRead 401, body" };
const IN_TYPE_OF_401 = { where: "markMessagesAsRead 401, content type" };
const PAGE = { body: "<html>", contentType: "text/html" };
const GZIP = { "Content-Encoding": "gzip" };

const TOKEN_200 = "generateAccessToken 200";
const token = (flaw: string, response: FlawedResponse, place = "", expected: Expectation = {}): ViolationCase => ({
  flaw: `token: ${flaw}`,
  responses: { token: response },
  where: `${TOKEN_200}, body${place && ` ${place}`}`,
  issuesToken: true,
  ...expected,
});
const tokenField = (flaw: string, change: object, place: string, expected: Expectation = {}) =>
  token(flaw, { body: { ...TOKEN, ...change } }, place, expected);
const tokenWithout = (name: keyof typeof TOKEN, expected: Expectation = {}) =>
  token(`no ${name}`, { body: { ...TOKEN, [name]: undefined } }, "", expected);

export const violationCases: readonly ViolationCase[] = [
  count("the count is a text", literal(`"15"`)),
  count("the count is null", null),
  count("the count is true", true),
  count("the count is negative", -1),
  count("the count is a fraction", 1.5),
  count("the count is one more than a double holds", literal("9007199254740993")),
  count("the count is the largest of 64 bits", literal("9223372036854775807")),
  count("the count is a fraction that a double rounds away", literal("15.0000000000000000001"), LENIENT),
  count("the count is beyond all doubles", literal("1e400")),
  count("the count is given twice, differently", '{"messages_read_count":1,"messages_read_count":15}', LENIENT),
  count("the count is given twice, alike", '{"messages_read_count":15,"messages_read_count":15}', LENIENT),
  success("the field has another name", { body: { message_read_count: 15 } }),
  success("the field is missing", { body: {} }),
  success("the body is a list", { body: [FOUND] }),
  success("the body is a number", { body: "15" }),
  success("the body is null", { body: "null" }),
  success("the body is empty", {}),
  success("headers only", { headers: { "Content-Length": "0" } }),
  success("the JSON is cut off", { body: '{"messages_read_count":1' }),
  success("garbage after the JSON", { body: `${JSON.stringify(FOUND)}x` }),
  success("two JSON texts", { body: JSON.stringify(FOUND).repeat(2) }),
  success("a comma too many", { body: '{"messages_read_count":15,}' }),
  success("quoted as in JavaScript", { body: "{'messages_read_count':15}" }),
  success("NaN", { body: literal("NaN") }),
  success("a byte order mark", { body: `\ufeff${JSON.stringify(FOUND)}` }),
  success("Latin-1", { body: Buffer.from('{"messages_read_count":15,"name":"Zoë"}', "latin1") }, REPLACES_BYTES),
  success("UTF-16", { body: Buffer.from(JSON.stringify(FOUND), "utf16le") }),
  success("the token in the body", { body: `Bearer ${GIVEN_TOKEN}` }),
  success("over 1 MiB", { body: { ...FOUND, padding: "x".repeat(1024 * 1024) } }, KNOWS_NO_LIMIT),
  success("plain bytes declared as gzip", { body: FOUND, headers: GZIP }, { where: `${SUCCESS}, transfer` }),
  success("gzip that is cut off", { body: gzipSync(JSON.stringify(FOUND)).subarray(0, 12), headers: GZIP }),
  success("no HTTP", { raw: (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n") }, { where: `${SUCCESS}, transfer` }),
  ...(
    [
      ["text/plain", "another content type", {}],
      [null, "no content type", {}],
      ["text/html; charset=utf-8", "a web page's content type", {}],
      ["application/problem+json", "the content type of problem details", { notByPrism: "it takes any type of JSON" }],
      ["application/json, text/html", "two content types", { notByPrism: ENDS_PRISM }],
      ["application/jsonp", "a content type that begins alike", {}],
      ["application/json; charset=iso-8859-1", "another charset", { notByPrism: "it ignores parameters of a type" }],
      [`text/${GIVEN_TOKEN}`, "the token in the content type", {}],
    ] as const
  ).map(([contentType, flaw, expected]) =>
    success(flaw, { body: FOUND, contentType }, { where: `${SUCCESS}, content type`, ...expected }),
  ),

  status("201", "found", { status: 201, body: FOUND }),
  status("202", "found", { status: 202, body: FOUND }),
  status("204", "found", { status: 204 }),
  status("206", "found", { status: 206, body: FOUND }),
  status("a redirect to a login", "found", LOGIN),
  status("304", "found", { status: 304, contentType: null }),
  status("410", "found", error(410)),
  status("418", "found", error(418)),
  status("a new token is a 401", "found", error(401), { ...DOCUMENTED, issuesToken: true }),

  status("an unknown order is a 200", "notFound", { body: { messages_read_count: 0 } }, DOCUMENTED),
  status("an unknown order is a 400", "notFound", error(400), DOCUMENTED),
  status("an unknown order is a 403", "notFound", error(403), DOCUMENTED),
  status("an unknown order is a 410", "notFound", error(410)),
  status("any token is accepted", "unauthorized", { body: FOUND }, DOCUMENTED),
  status("an invalid token is a 403", "unauthorized", error(403), DOCUMENTED),
  status("an invalid token is a 404", "unauthorized", error(404), DOCUMENTED),
  status("an invalid token is a 302", "unauthorized", LOGIN),

  notFound("a plain text", { error: "Resource not found" }, "/error"),
  notFound("null", { error: null }, "/error"),
  notFound("a list", { error: [] }, "/error"),
  notFound("without envelope", ERROR),
  notFound("an empty object", {}),
  notFound("an empty body", undefined),
  notFound("no code", { error: { message: "Resource not found" } }, "/error"),
  notFound("no message", { error: { code: 4000 } }, "/error"),
  notFound("the code is a text", { error: { ...ERROR, code: "4000" } }, "/error/code"),
  notFound("the code is a fraction", { error: { ...ERROR, code: 4000.5 } }, "/error/code"),
  notFound("the code is more than a double holds", '{"error":{"message":"m","code":9007199254740993}}', "/error/code"),
  notFound("another code", { error: { ...ERROR, code: 1001 } }, "/error/code", DOCUMENTED),
  notFound("the message is a number", { error: { ...ERROR, message: 5 } }, "/error/message"),
  notFound("the message is null", { error: { ...ERROR, message: null } }, "/error/message"),
  notFound("meta is a text", { error: ERROR, meta: "order_id" }, "/meta"),
  notFound("meta is a list", { error: ERROR, meta: [] }, "/meta"),
  notFound("meta is null", { error: ERROR, meta: null }, "/meta"),
  notFound("the key of meta is a number", { error: ERROR, meta: { key: 7 } }, "/meta/key"),
  notFound("several without a list", several(undefined), "/error"),
  notFound("several in an empty list", several([]), "/error/errors"),
  notFound("several in an object", several({ error: ERROR }), "/error/errors"),
  notFound("one of several has no code", several([{ error: ERROR }, { error: NO_CODE }]), "/error/errors/1/error"),
  notFound("one of several has no envelope", several([ERROR]), "/error/errors/0"),
  notFound("the meta of one of several is a text", several([{ error: ERROR, meta: "k" }]), "/error/errors/0/meta"),
  notFound(
    "the token in an error without code",
    { error: { message: `Bearer ${ISSUED_TOKEN} sees no order` } },
    "/error",
    { issuesToken: true },
  ),
  notFound("the code is given twice", '{"error":{"message":"m","code":1,"code":4000}}', "/error/code", LENIENT),
  status("error: a web page", "notFound", { status: 404, ...PAGE }, { where: "markMessagesAsRead 404, content type" }),
  status("an invalid token is a 401 without a body", "unauthorized", { status: 401 }, IN_BODY_OF_401),
  status("an invalid token is a web page", "unauthorized", { status: 401, ...PAGE }, IN_TYPE_OF_401),

  tokenWithout("access_token"),
  tokenWithout("token_type"),
  tokenWithout("expires_in"),
  tokenWithout("created_at"),
  tokenField("access_token is a number", { access_token: 5 }, "/access_token"),
  tokenField("access_token is empty", { access_token: "" }, "/access_token"),
  tokenField("access_token cannot be sent", { access_token: "two\nlines" }, "/access_token", {
    notByPrism: "the documentation does not say what a token is made of",
  }),
  tokenField("token_type is another", { token_type: "MAC" }, "/token_type"),
  tokenField("token_type is null", { token_type: null }, "/token_type"),
  tokenField("expires_in is a text", { expires_in: "86400" }, "/expires_in"),
  tokenField("expires_in is negative", { expires_in: -1 }, "/expires_in"),
  tokenField("expires_in is null", { expires_in: null }, "/expires_in"),
  tokenField("scope is a list", { scope: ["connect:post_checkout"] }, "/scope"),
  tokenField("created_at is a date", { created_at: "2026-11-27T00:00:00Z" }, "/created_at"),
  token("another name for the token", { body: { ...TOKEN, access_token: undefined, token: ISSUED_TOKEN } }),
  token("a list", { body: [TOKEN] }),
  token("a form", { body: `access_token=${ISSUED_TOKEN}&token_type=Bearer` }),
  token("an empty body", {}),
  token(
    "the token twice",
    { body: JSON.stringify(TOKEN).replace("{", '{"access_token":"other-token",') },
    "/access_token",
    LENIENT,
  ),
  token("another content type", { body: TOKEN, contentType: "text/plain" }, "", {
    where: `${TOKEN_200}, content type`,
  }),
  token("201", { status: 201, body: TOKEN }, "", { where: `${TOKEN_200}, status` }),
  token("a redirect to a login", LOGIN, "", { where: `${TOKEN_200}, status`, notByPrism: "it follows the redirect" }),
  tokenField("the client secret in its place", { expires_in: CLIENT_SECRET }, "/expires_in"),
  token("client credentials are rejected with the API's other error body", error(401), "", {
    where: "generateAccessToken 401, body /error",
  }),
];
