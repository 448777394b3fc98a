import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { AccessTokenError, createChatClient, NetworkError, redact } from "../../src/index.js";
import type { ApiError, ChatClientOptions, Fetch } from "../../src/index.js";
import { errorOf as errorOfCall } from "../support/error-of.js";
import { everythingOf } from "../support/everything-of.js";

const TOKEN = "s3cr3t/token+value==";

class HttpError extends Error {
  override name = "HttpError";
  code = "E_HTTP";
  request: unknown;
  constructor(request: unknown) {
    super(`failed with ${TOKEN}`, { cause: new TypeError(`because of ${TOKEN}`) });
    this.request = request;
  }
}

class GetterError extends Error {
  get request() {
    return { token: TOKEN };
  }
}

class InspectedError extends Error {
  [inspect.custom]() {
    return TOKEN;
  }
}

class MessageError extends Error {
  override get message() {
    return `failed with ${TOKEN}`;
  }
}

function circularError() {
  const error: Error & { self?: unknown } = new Error(TOKEN);
  return Object.assign(error, { self: error, cause: error });
}

function withProperties(properties: object): Error {
  return Object.assign(new Error("m"), properties);
}

/** An error that throws when one of its properties is read. */
function shyError(error: Error, property: string, message = "do not look"): Error {
  const get = () => {
    throw new Error(message);
  };
  return Object.defineProperty(error, property, { enumerable: true, get });
}

/** The error of a call with the token. */
async function errorOf(options: Partial<ChatClientOptions>): Promise<unknown> {
  const error = await errorOfCall({ accessToken: TOKEN, ...options });
  expect(error).toBeInstanceOf(Error);
  return error;
}

test("the client does not show its token", () => {
  expect(everythingOf(createChatClient({ accessToken: TOKEN }))).not.toContain(TOKEN);
});

describe("no error shows the token", () => {
  const echo = (body: unknown, init: ResponseInit = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text, { headers: { "Content-Type": "application/json", "X-Echo": TOKEN }, ...init });
  };
  const ESCAPED = TOKEN.replaceAll("/", "\\/");
  const QUOTED = { message: `The token ${TOKEN} is not valid`, code: 1 };
  const SEVERAL = { message: TOKEN, code: 9999, errors: [{ error: QUOTED }] };
  const LOCATION = { Location: `https://elsewhere.example/?token=${TOKEN}` };

  test.each<[string, () => Response]>([
    ["an error that quotes it", () => echo({ error: QUOTED, meta: { key: TOKEN } }, { status: 401 })],
    ["an error that escapes it", () => echo(`{"error":{"message":"${ESCAPED}","code":1}}`, { status: 401 })],
    ["several errors that quote it", () => echo({ error: SEVERAL }, { status: 400 })],
    ["a broken success that quotes it", () => echo(`<html>${TOKEN}</html>`)],
    ["a broken success that escapes it", () => echo(`{"token":"${ESCAPED}`)],
    ["a broken success that is it", () => echo(TOKEN)],
    ["a broken success that is cut within it", () => echo(`${"x".repeat(190)}${TOKEN}`)],
    ["a redirect that quotes it", () => echo(TOKEN, { status: 302, headers: LOCATION })],
    ["a body that breaks and quotes it", () => new Response(new ReadableStream({ pull: breakWithToken }))],
  ])("of a response that is %s", async (_, respond) => {
    await expectNoToken({ fetch: async () => respond() });
  });

  test.each<[string, (init: RequestInit, url: string) => unknown]>([
    ["is it", () => TOKEN],
    ["is the request", (init) => ({ init })],
    ["has no prototype", () => Object.assign(Object.create(null), { TOKEN })],
    ["quotes it", (init) => new Error(`cannot send ${new Headers(init.headers).get("authorization")}`)],
    ["has the headers", ({ headers }) => withProperties({ headers })],
    ["has the request", (init, url) => withProperties({ request: new Request(url, init) })],
    ["has a hidden property", (init) => Object.defineProperty(new Error("m"), "config", { value: init })],
    ["has it as a key", () => withProperties({ cache: { [TOKEN]: 1 } })],
    ["has it behind a getter", () => new GetterError()],
    ["has a cause whose cause is it", () => new Error("m", { cause: new Error("m", { cause: new Error(TOKEN) }) })],
    ["holds several errors that quote it", () => new AggregateError([new Error(TOKEN)], "m")],
    ["has its own class", (init) => new HttpError(init)],
    ["is named after it", () => withProperties({ name: TOKEN, code: TOKEN })],
    ["computes its message", () => new MessageError()],
    ["has its own inspection", () => new InspectedError()],
    ["throws when it is inspected", () => shyError(new Error(TOKEN), "detail", TOKEN)],
  ])("of a fetch, if what it throws %s", async (_, make) => {
    await expectNoToken({ fetch: (url, init) => Promise.reject(make(init, url)) });
  });

  async function expectNoToken(options: Partial<ChatClientOptions>) {
    const shown = everythingOf(await errorOf(options));
    for (const part of [TOKEN, TOKEN.slice(0, 10), TOKEN.slice(-10)]) expect(shown).not.toContain(part);
  }

  function breakWithToken(controller: ReadableStreamDefaultController) {
    controller.error(new Error(TOKEN));
  }

  test("of a token function that quotes the rejected token", async () => {
    const fetch: Fetch = async () => new Response(null, { status: 401 });
    const error = await errorOf({
      fetch,
      accessToken: ({ rejected }) => {
        if (rejected) throw new Error(`${rejected} is stale`);
        return TOKEN;
      },
    });
    expect(error).toMatchObject({ name: "AccessTokenError", cause: { message: "[redacted] is stale" } });
    expect(everythingOf(error)).not.toContain(TOKEN);
  });

  test.each([
    ...["line\nbreak-s3cr3t", "carriage\r\nreturn-s3cr3t", "nul\u0000s3cr3t", "tab\ts3cr3t", "two words-s3cr3t"],
    ...["tökén-s3cr3t", "日本-s3cr3t", "🛒s3cr3t", "\ud800s3cr3t", " s3cr3t", "s3cr3t "],
  ])("about a token that cannot be sent: %j", async (token) => {
    let asString: unknown;
    try {
      createChatClient({ accessToken: token });
    } catch (error) {
      asString = error;
    }
    expect(asString).toBeInstanceOf(TypeError);
    const asFunction = await errorOf({ accessToken: () => token });
    expect(asFunction).toMatchObject({ name: "AccessTokenError" });
    expect(everythingOf(asString) + everythingOf(asFunction)).not.toContain("s3cr3t");
  });
});

test("a token that was rejected is kept out of later errors too", async () => {
  const next = "n3xt-t0ken";
  const responses = [
    new Response(null, { status: 401 }),
    Response.json({ error: { message: `neither ${TOKEN} nor ${next}`, code: 1 } }, { status: 400 }),
  ];
  const error = await errorOf({
    accessToken: ({ rejected }) => (rejected ? next : TOKEN),
    fetch: async () => responses.shift() as Response,
  });
  expect(error).toMatchObject({ name: "ApiError", errors: [{ message: "neither [redacted] nor [redacted]" }] });
  expect(everythingOf(error)).not.toMatch(/s3cr3t|n3xt/);
});

test("an error of this package is redacted like any other if a token function throws it", async () => {
  const fetch: Fetch = async () => new Response(null, { status: 401 });
  for (const make of [
    (rejected: string) => new AccessTokenError(`${rejected} is stale`, false, new Error(rejected)),
    (rejected: string) => new NetworkError("", undefined, false, new Error(rejected)),
  ]) {
    const accessToken = ({ rejected }: { rejected?: string }) => {
      if (rejected) throw make(rejected);
      return TOKEN;
    };
    const error = await errorOf({ fetch, accessToken });
    expect(error).toMatchObject({ name: "AccessTokenError" });
    expect(everythingOf(error)).not.toContain(TOKEN);
  }
});

test.each([
  ["as in a URL", encodeURIComponent(TOKEN)],
  ["as in JSON", TOKEN.replaceAll("/", "\\/")],
  ["as in cautious JSON", TOKEN.replaceAll("+", "\\u002B")],
  ["as in HTML", TOKEN.replaceAll("/", "&#x2F;").replaceAll("+", "&#43;").replaceAll("=", "&#x3D;")],
])("where a token is encoded %s, the whole text is redacted", async (_, written) => {
  const error = await errorOf({ fetch: async () => new Response(`before ${written} after`) });
  expect(error).toMatchObject({ name: "InvalidResponseError", excerpt: "[redacted]" });
});

test("if one token begins with another, nothing of either is left", async () => {
  const responses = [
    new Response(null, { status: 401 }),
    Response.json({ error: { message: "token-1 and token-12345678", code: 1 } }, { status: 400 }),
  ];
  const accessToken = ({ rejected }: { rejected?: string }) => (rejected ? "token-12345678" : "token-1");
  const error = await errorOf({ accessToken, fetch: async () => responses.shift() as Response });
  expect(error).toMatchObject({ errors: [{ message: "[redacted] and [redacted]" }] });
});

test("the value of each header of the caller's own is redacted, unless its name is known to be harmless", async () => {
  const harmless = { traceparent: "00-4bf92f3577b34da6", "x-request-id": "request-4711", "user-agent": "shop-4712" };
  const headers = { ...harmless, "X-Jwt-Assertion": "assertion-4713", "X-Session-Id": "session-4714" };
  const body = JSON.stringify({ ...headers });
  const { excerpt } = (await errorOf({ fetch: async () => new Response(body, { status: 403 }), headers })) as ApiError;
  const redacted = { "X-Jwt-Assertion": "[redacted]", "X-Session-Id": "[redacted]" };
  expect(JSON.parse(excerpt)).toEqual({ ...harmless, ...redacted });
});

const BASIC = btoa("somebody:p:ssw0rd");
test.each([
  ["credentials without their scheme", "Proxy-Authorization", `Basic ${BASIC}`, BASIC],
  ["the user and the password in Base64", "Proxy-Authorization", `Basic ${BASIC}`, "somebody has p:ssw0rd"],
  ["the same without a scheme", "X-Auth", BASIC, "somebody has p:ssw0rd"],
  ["what is not Base64", "X-Auth", "Basic n*t-64!", "n*t-64!"],
  ["a word of a value", "X-Auth", "Key v1 sh0rt-ky", "sh0rt-ky"],
  ["a value in white space and quotes", "X-Auth", 'a= "ordinary" ;b', "ordinary"],
  ["a password that is not of ASCII, after two spaces", "X-Auth", "Basic  am9lOnDDpHNzd8O2cmQx", "pässwörd1"],
  ["one cookie of several", "Cookie", "theme=dark; sid=cookie-4711; lang=en", "cookie-4711"],
  ["one value of a digest", "X-Auth", 'Digest username="somebody", response="6629fae4"', "6629fae4"],
])("what a server quotes of a header is redacted, too: %s", async (_, name, value, quoted) => {
  const fetch: Fetch = async () => new Response(quoted, { status: 403 });
  const { excerpt } = (await errorOf({ fetch, headers: { [name]: value } })) as ApiError;
  expect(excerpt.replace("has", "").replaceAll("[redacted]", "").trim()).toBe("");
});

test("a short word of a header, and one of letters only, is no secret", async () => {
  const fetch: Fetch = async () => new Response("ab12cd7 ordinary", { status: 403 });
  const { excerpt } = (await errorOf({ fetch, headers: { "X-Note": "ab12cd7 and ordinary words" } })) as ApiError;
  expect(excerpt).toBe("ab12cd7 ordinary");
});

test.each([
  ["in its middle", "pa55&word<X>", "<p>pa55&amp;word&lt;X&gt;</p>", "[redacted]"],
  ["with HTML's names of spaces", "one two three", "one&nbsp;two&NewLine;th&shy;ree", "[redacted]"],
  ["in octal", "ab/cd/ef", "ab\\057cd\\057ef", "[redacted]"],
  ["by a line break", "a-wrapped-secret", "a-wrap\r\nped-secret", "[redacted]"],
  ["by characters that nobody sees", "a-hidden-secret", "a-\u200bhid\u00adden-sec\u202eret", "[redacted]"],
  ["as a form encodes spaces", "one two three", "a=one+two+three", "[redacted]"],
  ["in a text with a stray percent sign", "ab/cd/ef", "100%ab%2Fcd%2Fef", "[redacted]"],
  ["before what would complete an escape at its end", "ab/cdef%", "ab%2Fcdef%25ab", "[redacted]"],
  ["that is not of ASCII", "паролище", "Это паролище.", "Это [redacted]."],
  ["by escape", "ab/cd/ef", "ab%u002fcd%U002Fef", "[redacted]"],
  ["in JavaScript", "ab/cd/ef", "ab\\x2fcd\\u{2F}ef", "[redacted]"],
  ["in HTML without semicolons", "ab/c</&ef", "ab&#47c&lt/&ampef", "[redacted]"],
  ["in HTML with an unknown name before it", "ab/cd/ef", "&a;ab&sol;cd&#x2F;ef", "[redacted]"],
  ["beside a character that there is not", "ab/cd/ef", "&#x110000;ab&#47;cd/ef", "[redacted]"],
  ["with the name of a line break", "one two three", "one\\nTwo\\tthree", "[redacted]"],
  ["with exactly six characters", "secret", "the secret is out", "the [redacted] is out"],
  ["in HTML, hexadecimal without a semicolon", "ab/gh/ij", "ab&#x2Fgh&#47;ij", "[redacted]"],
  ["in HTML as browsers forgive", 'a>b"c/d', "a&gtb&quotc&#47;d", "[redacted]"],
  ["at a cut end, behind an escape", "abc-defgh1", "a%20b abc-defg", "a%20b [redacted]"],
  ["of hardly anything but plus signs", "a+++++++", "a banana", "a banana"],
  ["cut off before a line break", "abc-efgh1", "no abc-efg\n", "no [redacted]"],
  ["of letters, cut off late", "abcdefghijklmnop", "no abcdefghijkl", "no [redacted]"],
  ["with an ampersand, cut off after it", "abcde&fghijkl-mnopq", "x abcde&fghijkl", "x [redacted]"],
  ["with a percent sign, cut off after it", "abcde%fghijkl-mnopq", "x abcde%fghijkl", "x [redacted]"],
  ["next to another", "secret-1", "secret-1secret-1", "[redacted][redacted]"],
  ["within another", "secret-1", "my-secret-10", "[redacted]"],
  ["before a line break", "secret-1", "no secret-1\n", "no [redacted]\n"],
  ["at the end of a text that begins another", "secret-1", "secret-1my-sec", "[redacted][redacted]"],
])("a secret is found when it is written %s", (_, secret, text, redacted) => {
  expect(redact(text, [secret, "my-secret-10"])).toBe(redacted);
});

test("a secret of fewer than six characters is left, since it could be part of any word", () => {
  expect(redact("a short one", ["short"])).toBe("a short one");
});

test.each([
  ["http://user:hunter2secret#1@127.0.0.1:3128", "http://[redacted]@127.0.0.1:3128"],
  ["cannot reach //user:p%40ss/w?rd@proxy:8080/, sorry", "cannot reach //[redacted]@proxy:8080/, sorry"],
  ["url=http%3A%2F%2Fuser%3Ahunter2%2340%40proxy", "[redacted]"],
  ["https://token@example.com", "https://[redacted]@example.com"],
  ["from user:1a@example.com", "from user:1a@example.com"],
  ["x@y//z:hello", "x@y//z:hello"],
  ["sent to a%40b.example", "sent to a%40b.example"],
  ["at http://localhost:5173/@fs/src/a.ts:10:5", "at http://localhost:5173/@fs/src/a.ts:10:5"],
  ["file:///a/node_modules/@scope/b.js", "file:///a/node_modules/@scope/b.js"],
])("of a URL in what is thrown, the user and the password are redacted: %s", async (message, redacted) => {
  const error = await errorOf({ fetch: () => Promise.reject(Object.assign(new Error(message), { input: message })) });
  expect((error as Error).cause).toMatchObject({ message: redacted });
  expect(everythingOf(error)).not.toContain("hunter2");
});

test.each([
  ...["\n", "\u001b[31m", "\u202e", "\u2067", "\u200b", "\u061c", "\u{e0041}", "\ufe0f", "\u00ad", "\ud800", "\u2028"],
])("messages are one line without the control, bidirectional or invisible character %j", async (character) => {
  const text = `a${character}b`;
  const body = JSON.stringify({ error: { message: text, code: 1 }, meta: { key: text } });
  const thrown = Object.assign(new Error(text, { cause: new Error(text) }), { name: text, code: text });
  const errors = [
    await errorOf({ fetch: async () => new Response(body, { status: 400 }) }),
    await errorOf({ fetch: async () => new Response(text) }),
    await errorOf({ fetch: () => Promise.reject(thrown) }),
  ];
  // The excerpt of JSON has its own escapes.
  const shown = errors.map((error) => JSON.stringify(error));
  for (const text of shown)
    expect(text.replace(/"excerpt":"\{.*?\}"/, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\ufe0f]|\\u|\\n/u);
  expect(errors[0]).toMatchObject({ errors: [{ message: expect.stringMatching(/^a .*b$/), key: expect.any(String) }] });
});

describe("an error from elsewhere", () => {
  test("is copied with its code if its class has methods, even if a property throws when read", async () => {
    class RequestError extends Error {
      code = "CERT_HAS_EXPIRED";
      retry() {}
    }
    const error = await errorOf({ fetch: () => Promise.reject(shyError(new RequestError("m"), "request")) });
    expect(error).toMatchObject({ code: "CERT_HAS_EXPIRED", retryable: false, cause: { message: "m" } });
  });

  test("never makes its way into an error without a cause, even if the token reads undefined", async () => {
    const accessToken = ({ rejected }: { rejected?: string }) => (rejected ? "has space" : "undefined");
    const error = await errorOf({ accessToken, fetch: async () => new Response(null, { status: 401 }) });
    expect(error).toMatchObject({ name: "AccessTokenError" });
    expect(error).not.toHaveProperty("cause");
  });

  test("is replaced with a word if it is a function that claims to be an error", async () => {
    const cause = Object.setPrototypeOf(
      Object.assign(() => TOKEN, { [Symbol.toStringTag]: "Error" }),
      null,
    ) as unknown;
    expect(await errorOf({ fetch: () => Promise.reject(cause) })).toMatchObject({ cause: "[redacted]" });
  });

  test("is replaced with a word if it throws when inspected", async () => {
    const error = await errorOf({ fetch: () => Promise.reject(shyError(new Error("m"), "message")) });
    expect(error).toMatchObject({ name: "NetworkError", cause: "[redacted]" });
  });

  test("keeps its frames, in the words of any engine, and no other line of its stack", async () => {
    const stack = "Error: a\nsecond line\n    at fetch (a.js:1:2)\nget@https://a/b.js:3:4\n@c.js:5:6\nnot @ all";
    const thrown = Object.assign(new Error("a\nsecond line"), { stack });
    const { cause } = (await errorOf({ fetch: () => Promise.reject(thrown) })) as Error;
    const frames = ["    at fetch (a.js:1:2)", "    get@https://a/b.js:3:4", "    @c.js:5:6"];
    expect((cause as Error).stack?.split("\n")).toEqual(["Error: a second line", ...frames]);
  });

  test("is replaced with a word if it is a number that is the token", async () => {
    const fetch = () => Promise.reject(4711_4711);
    expect(await errorOf({ accessToken: "47114711", fetch })).toMatchObject({ cause: "[redacted]" });
  });

  test("may be circular", async () => {
    const { cause } = (await errorOf({ fetch: () => Promise.reject(circularError()) })) as Error;
    expect(cause).toMatchObject({ message: "[redacted]", cause: { message: "[redacted]" } });
  });

  test("is passed on from another realm, with its codes", async () => {
    const cause: unknown = runInNewContext(
      'new TypeError("fetch failed", { cause: Object.assign(new Error("m"), { code: "CERT_HAS_EXPIRED" }) })',
    );
    const error = await errorOf({ fetch: () => Promise.reject(cause) });
    expect(error).toMatchObject({ name: "NetworkError", code: "CERT_HAS_EXPIRED", retryable: false });
    expect((error as Error).cause).toMatchObject({ name: "TypeError", cause: { code: "CERT_HAS_EXPIRED" } });
  });

  test("is otherwise copied: name, message, code, stack and causes, without the token", async () => {
    const { cause } = (await errorOf({ fetch: (_, init) => Promise.reject(new HttpError(init)) })) as Error;
    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({
      name: "HttpError",
      code: "E_HTTP",
      message: "failed with [redacted]",
      cause: { name: "TypeError", message: "because of [redacted]" },
    });
    expect((cause as Error).stack).toContain("at fetch (");
    expect(cause).not.toHaveProperty("request");
  });
});

test("records of attempts show no token", async () => {
  const records: unknown[] = [];
  await errorOf({
    fetch: async () => new Response(TOKEN, { status: 404, headers: { "X-Echo": TOKEN } }),
    onAttempt: (attempt) => records.push(attempt),
  });
  expect(records).toHaveLength(1);
  expect(everythingOf(records)).not.toContain(TOKEN);
});

test("of two beginnings at the end of a text, the longer one is redacted", () => {
  expect(redact("x abc-defgh-", ["defgh-xyz1", "abc-defgh-ijk"])).toBe("x [redacted]");
});

describe("of a secret of more than 16 characters", () => {
  const secret = "a-Secret.of-40.Characters_0123456789-end";
  test.each([
    ["the beginning of a secret, cut off", `Bearer ${secret.slice(0, 20)}`, "Bearer [redacted]"],
    ["the beginning of a secret, right after a separator", `?a=1&${secret.slice(0, 7)}`, "?a=1&[redacted]"],
    ["six characters at the end", `Bearer ${secret.slice(0, 6)}`, "Bearer [redacted]"],
    ["a piece before an ellipsis", `token ${secret.slice(0, 16)}...`, "token [redacted]..."],
    ["a piece after one", `...${secret.slice(-16)}, sorry`, "...[redacted], sorry"],
    ["pieces with marks between them", `${secret.slice(0, 20)}<wbr>${secret.slice(20)}`, "[redacted]<wbr>[redacted]"],
    ["pieces of two lines", `${secret.slice(0, 18)}=\r\n${secret.slice(18)}!`, "[redacted]=\r\n[redacted]!"],
    ["a piece in another form", `${secret.slice(0, 12)}%34${secret.slice(13, 24)}?`, "[redacted]"],
    ["a piece in upper case", `${secret.slice(3, 22).toUpperCase()}?`, "[redacted]"],
    ["a beginning in another form", `Bearer ${encodeURIComponent(secret.slice(0, 2))}%53ecret%2Eo%2`, "[redacted]"],
    ["a beginning that ends in a long name", `${secret.slice(0, 8)}&zerowidthspa`, "[redacted]"],
    ["a beginning that ends in an escape", `${secret.slice(0, 8)}&#4`, "[redacted]"],
  ])("%s is redacted", (_, text, redacted) => {
    expect(redact(text, [secret])).toBe(redacted);
  });

  test.each(["invalid_client", "a client", "a client secret"])("its beginning may be a word: %s", (text) => {
    expect(redact(text, ["client-secret-0123456789", "client_sk_012345", "secretkey1234567"])).toBe(text);
  });

  test.each([secret.slice(0, 15) + "!", secret.slice(0, 5), secret.slice(5, 20)])(
    "other parts are left: %s",
    (text) => {
      expect(redact(text, [secret])).toBe(text);
    },
  );
});

test("a text that would take too long to search is replaced: one full of the beginnings of secrets of many lengths", () => {
  const secrets = ["-1", "-12", "-123", "-1234", "-12345"].map((end) => `aaaaaa-b${end}`);
  const long = `${"a".repeat(10_000)}.`;
  expect(redact(long, secrets)).toBe("[redacted]");
  expect(redact(long, secrets.slice(0, 1))).toBe(long);
  const text = "&amp;amp;amp;amp;amp;amp;amp; no secret".repeat(10_000);
  expect(redact(text, secrets)).toBe(text);
});
