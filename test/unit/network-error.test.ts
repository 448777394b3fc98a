import { describe, expect, test } from "vitest";
import { AccessTokenError, isChatClientError, NetworkError, type AnyChatClientError } from "../../src/index.js";
import { errorOf as errorOfCall } from "../support/error-of.js";

const TOKEN = "s3cr3t/token+value==";

/** The error of a call whose `fetch` throws this. */
async function errorOf(thrown: unknown, accessToken = TOKEN): Promise<AnyChatClientError> {
  const error = await errorOfCall({ accessToken, fetch: () => Promise.reject(thrown) });
  if (!isChatClientError(error)) throw new Error("The call did not fail as it should", { cause: error });
  return error;
}

describe("an error from elsewhere is copied, without the token", () => {
  test("a code is copied if it is a number, but not if it is an object", async () => {
    const { cause } = await errorOf(Object.assign(new Error(TOKEN), { code: 5 }));
    expect(cause).toMatchObject({ message: "[redacted]", code: 5 });
    const { cause: other } = await errorOf(Object.assign(new Error(TOKEN), { code: { value: TOKEN } }));
    expect(other).toMatchObject({ message: "[redacted]" });
    expect(other).not.toHaveProperty("code");
  });

  test("a copy has a cause only if the original has one, and a cause that is a string stays a string", async () => {
    expect((await errorOf(new Error(TOKEN))).cause).not.toHaveProperty("cause");
    expect((await errorOf(new Error("m", { cause: `because of ${TOKEN}` }))).cause).toMatchObject({
      message: "m",
      cause: "because of [redacted]",
    });
    expect((await errorOf(`failed with ${TOKEN}`)).cause).toBe("failed with [redacted]");
  });
});

describe("a thrown object counts as an error if its name and message are strings", () => {
  test.each([
    [{ name: "E" }, "[redacted]"],
    [{ message: "m" }, "[redacted]"],
    [{ name: 5, message: "m" }, "[redacted]"],
    [{ name: "E", message: 5 }, "[redacted]"],
    [{ name: "E", message: null }, "[redacted]"],
    ["m", "m"],
    [5, 5],
    [null, null],
    [undefined, undefined],
  ])("%j does not", async (thrown, cause) => {
    const error = await errorOf(thrown);
    expect(error).toMatchObject({ name: "NetworkError", message: "The network failed", retryable: true });
    expect(error.cause).toBe(cause);
  });

  test("any object with both does", async () => {
    expect((await errorOf({ name: "E", message: "m" })).message).toBe("The network failed: m");
  });
});

test("a code that is a number, such as a DOMException's, is not the code of the error", async () => {
  const error = await errorOf(new DOMException("m", "DataCloneError"));
  expect(error.message).toBe("The network failed: m");
  expect(error).not.toHaveProperty("code");
});

test.each(["a bad port", "bad port 6666", "an unknown scheme", "unknown scheme x", "the fetch gave nothing back"])(
  "a failure whose message merely resembles a permanent one is retryable: %j",
  async (message) => {
    expect(await errorOf(new TypeError("fetch failed", { cause: new Error(message) }))).toMatchObject({
      name: "NetworkError",
      retryable: true,
    });
    expect(await errorOf(new Error(`then ${message}`))).toMatchObject({ retryable: true });
  },
);

test.each<[string, Error, string]>([
  ["a class of errors that is named like one of a bug", named("MyReferenceError"), "The network failed: m"],
  ["a class of errors that begins like one of a bug", named("RangeErrorOfMine"), "The network failed: m"],
  ["a code that ends like that of a bug", coded("MY_ERR_INVALID_ARG"), "The network failed: MY_ERR_INVALID_ARG m"],
  ["an EvalError", named("EvalError"), "The fetch function failed: m"],
  ["a code of an invalid argument", coded("ERR_INVALID_ARG_TYPE"), "The fetch function failed: ERR_INVALID_ARG_TYPE m"],
])("%s is told by its whole name, code or message", async (_, thrown, message) => {
  expect((await errorOf(thrown)).message).toBe(message);
});

describe("permanent, because another attempt cannot change it, is", () => {
  test.each([
    ...["CERT_NOT_YET_VALID", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "CRL_HAS_EXPIRED", "HOSTNAME_MISMATCH"],
    ...["INVALID_CA", "ERR_TLS_CERT_ALTNAME_INVALID", "UNKNOWN_CERTIFICATE_VERIFICATION_ERROR", "EPROTO"],
    ...["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE", "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED"],
    ...["ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN", "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"],
    ...["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "ERR_SSL_NO_CIPHER_MATCH"],
    ...["ERR_SSL_UNSUPPORTED_PROTOCOL", "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL", "ERR_ACCESS_DENIED"],
    ...["ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY", "ERR_INVALID_URL"],
    ...["ERR_SSL_PACKET_LENGTH_TOO_LONG", "ERR_OSSL_X509_KEY_VALUES_MISMATCH", "ERR_OSSL_PEM_NO_START_LINE"],
    ...["ERR_SSL_WRONG_VERSION_NUMBER", "CERT_HAS_EXPIRED"],
  ])("the code %s", async (code) => {
    const thrown = new TypeError("fetch failed", { cause: coded(code) });
    expect(await errorOf(thrown)).toMatchObject({ name: "NetworkError", code, retryable: false });
  });

  test.each(["bad port", "unknown scheme"])("what fetch says: %s", async (message) => {
    expect(await errorOf(new TypeError("fetch failed", { cause: new Error(message) }))).toMatchObject({
      name: "NetworkError",
      retryable: false,
    });
  });

  test.each([
    "invalid peer certificate: UnknownIssuer",
    "received fatal alert: CertificateRequired",
    "received fatal alert: UnsupportedCertificate",
    "received fatal alert: UnknownCA",
    "received fatal alert: HandshakeFailure",
    "received corrupt message of type InvalidContentType",
    "proxy authentication required",
    "tunnel error: proxy authentication required",
    "Requests to port 6666 are blocked",
  ])("what Deno says: %s", async (reason) => {
    const cause = new Error(`error sending request for url (https://a/): client error (Connect): ${reason}`);
    expect(await errorOf(new TypeError("fetch failed", { cause }))).toMatchObject({ retryable: false });
  });

  test.each(["NotCapable", "PermissionDenied"])("Deno's %s, as without --allow-net", async (name) => {
    expect(await errorOf(named(name))).toMatchObject({ name: "NetworkError", retryable: false });
  });

  test.each([
    [400, false],
    [403, false],
    [407, false],
    [408, true],
    [429, true],
    [502, true],
  ])("a proxy's status %i in each runtime's words, unless it may pass: retryable is %s", async (status, retryable) => {
    for (const message of [
      `Proxy response (${status}) !== 200 when HTTP Tunneling`,
      `Proxy refused to open a tunnel: ${status} Nope`,
      `tunneling socket could not be established, statusCode=${status}`,
    ])
      for (const cause of [new Error(message), Object.assign(new Error(message), { code: "UND_ERR_ABORTED" })])
        expect(await errorOf(new TypeError("fetch failed", { cause }))).toMatchObject({ retryable });
  });
});

test.each([
  ...["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "ERR_HTTP2_STREAM_ERROR"],
  ...["ERR_OSSL_EVP_BAD_DECRYPT", "ERR_PROXY_TUNNEL", "EACCES", "CONNECTION_REFUSED", "SOMETHING_NEW"],
  ...["ERR_SSL_BAD_PACKET", "ERR_SSL_BAD_HANDSHAKE_LENGTH", "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"],
  ...["failed to connect to the proxy at 10.0.0.1:443", "unsuccessful tunnel", "alert: InternalError"],
  ...["MY_CRL_A", "IS_UNABLE_TO_A", "MY_INVALID_CA", "INVALID_CA_A", "MY_ERR_OSSL_PEM_A", "MY_EPROTO", "EPROTO_A"],
  ...["A_ALERT_UNKNOWN_CA_A", "A_ALERT_HANDSHAKE_FAILURE_A", "A_UNRECOGNIZED_NAME_A", "MY_ERR_SSL_A_PROTO", "ENOENT_A"],
  ...["MY_ERR_ACCESS_DENIED", "ERR_ACCESS_DENIED_A", "MY_ERR_INVALID_URL", "ERR_INVALID_URL_A"],
  ...["my proxy response (403)", "my proxy refused to open a tunnel: 403"],
])("any other code or message may pass, such as: %s", async (text) => {
  expect(await errorOf(coded(text))).toMatchObject({ code: text, retryable: true });
  expect(await errorOf(new Error(text))).toMatchObject({ retryable: true });
});

test.each([
  ["SELF_SIGNED_CERT_IN_CHAIN", true],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", true],
  ["CERT_HAS_EXPIRED", false],
])("an unknown certificate authority is explained: %s, %s", async (code, isExplained) => {
  const advice = "; if a private certificate authority issued it, set NODE_EXTRA_CA_CERTS to that authority's PEM file";
  const { message } = await errorOf(new TypeError("fetch failed", { cause: coded(code) }));
  expect(message).toBe(`The network failed: ${code} m${isExplained ? advice : ""}`);
});

test.each([
  ...["my network", "my fetch failed", "it terminated", "an error occurred", "is unable to", "I failed to fetch"],
  ...["my load failed", "in the end"],
])("a TypeError is the network's only if its message begins like a platform's: %s", async (message) => {
  expect((await errorOf(new TypeError(message))).message).toBe(`The fetch function failed: ${message}`);
});

test("ENOENT is no code of an error, since Koa would take it for a file that was not found", async () => {
  expect(await errorOf(coded("ENOENT"))).not.toHaveProperty("code");
});

test("an error that quotes the client's own message about fetch is retryable", async () => {
  expect(await errorOf(new Error("my fetch returned no response"))).toMatchObject({ retryable: true });
});

describe("in a cause, a logger sees", () => {
  const shown = (cause: unknown) =>
    (JSON.parse(JSON.stringify(new AccessTokenError("m", false, cause))) as { cause?: unknown }).cause;

  test.each<[string, unknown, unknown]>([
    ["a string unchanged", "text", "text"],
    ["only the type of a number", 5, "number"],
    ["only the type of an object", {}, "object"],
    ["only the type of null", null, "object"],
    ["a code that is a string", coded("E"), { name: "Error", message: "m", code: "E" }],
    ["a code that is a number", coded(5), { name: "Error", message: "m", code: 5 }],
    ["no other code", coded({ a: 1 }), { name: "Error", message: "m" }],
    ["nothing, if there is no cause", undefined, undefined],
  ])("%s", (_, cause, expected) => {
    expect(shown(cause)).toEqual(expected);
  });

  test("everything that it would see of an error of this package", () => {
    const cause = new NetworkError("m", "ECONNRESET", true, undefined);
    expect(shown(cause)).toEqual(JSON.parse(JSON.stringify(cause)));
    expect(shown(cause)).toMatchObject({ retryable: true, attempts: [] });
  });
});

test("an error without a cause has no such property", () => {
  expect(new AccessTokenError("m", false)).not.toHaveProperty("cause");
  expect(Object.keys(new NetworkError("m", undefined, true, undefined))).not.toContain("cause");
  expect("cause" in new AccessTokenError("m", false)).toBe(false);
});

test("an error of another copy of this package is recognised by a symbol that all copies share", () => {
  const brand = Symbol.for("instacart-post-checkout-chat.ChatClientError");
  expect(isChatClientError({ [brand]: true })).toBe(true);
});

function named(name: string): Error {
  return Object.assign(new Error("m"), { name });
}

function coded(code: unknown): Error {
  return Object.assign(new Error("m"), { code });
}
