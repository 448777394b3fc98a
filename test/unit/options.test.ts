import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { createChatClient, type ChatClientOptions } from "../../src/index.js";
import { stubFetch } from "../support/stub-fetch.js";

const TOO_LONG = 2 ** 31;
const SET_BY_CLIENT = [
  ...["Accept", "Accept-Language", "Authorization", "Content-Type", "X-Retailer-Id", "X-Treat-Ids-As-Internal"],
];
const OF_CONNECTION = [
  ...["Connection", "Content-Length", "Expect", "HTTP2-Settings", "Keep-Alive", "Proxy-Connection", "TE", "Trailer"],
  ...["Transfer-Encoding", "Upgrade"],
];

describe("an invalid client option throws a TypeError that names it, at once", () => {
  test.each<[string, unknown, string]>([
    ["accessToken", undefined, "accessToken is missing. It must be a token of printable ASCII characters"],
    ...["", " ", "a b", "a\nb", "Bearer abc", "tökén", 5, null, {}].map(
      rejectedAs("accessToken must be a token of printable ASCII characters, without Bearer, quotes or spaces"),
    ),
    ["accessToken", "a-token\n", "(it begins or ends with a space or a line break: trim it)"],
    ["accessToken", "Bearer abc", "(it begins with Bearer: remove it)"],
    ["accessToken", "'a-token'", "(it has quotes around it: remove them)"],
    ["accessToken", "undefined", '(it has the text "undefined": is the variable set?)'],
    ["accessToken", 5, "(it is number)"],
    ["retailerId", "null", '(it has the text "null": is the variable set?)'],
    ...[
      ...["", "connect.instacart.com", "/v2", "ftp://localhost", "ftp://a/https://b", "http://a/https://b"],
      ...["http://connect.instacart.com", "http://a/https://b/", "http://localhost@a", "http://api.localhost"],
      ...["http://127.0.0.1.example.com", "http://localhost.example.com", "https://u@a", "https://u:p@a"],
      ...["https://a?b", "https://a/?", "https://a#b", "https://a/#", "https://:p@a"],
      ...[null, 5, ["https://a"], { toString: () => "https://a" }],
    ].map(
      rejectedAs(
        "baseUrl must be an https URL without query, fragment or user info. http is allowed only for loopback hosts, or with allowInsecureHttp",
      ),
    ),
    ...["", " ", "a\nb", "ü", 5, null].map(
      rejectedAs("retailerId must be a non-empty string of printable ASCII characters"),
    ),
    ...[
      ...["", " en", "en_US", "en-", "-en", "englishish", "français", "en\n", "en,", ",en", "en fr", "en;fr", "en US"],
      ...["en;q=2", "en;q=1.001", "en;q=0.1234", "en;q=", "q=1", "*-US", `en${" ".repeat(50_000)}x`],
      ...[null, 5, ["en-US"]],
    ].map(rejectedAs("locale must be a language tag such as en-US, or a list of them with weights")),
    ...[0, -1, 1.5, Number.NaN, Infinity, TOO_LONG, "1000", null].map(
      rejectedAs("timeoutMs must be an integer from 1 to 2147483647"),
    ),
    ...[-1, 0.5, Number.NaN, Infinity, "2", null].map(rejectedAs("maxRetries must be an integer from 0")),
    ...[-1, 0.5, Number.NaN, TOO_LONG, "2", null].map(
      rejectedAs("maxRetryDelayMs must be an integer from 0 to 2147483647"),
    ),
    ...["fetch", null, {}].map(rejectedAs("fetch must be a function")),
    ...["log", null, {}].map(rejectedAs("onAttempt must be a function")),
    ...[null, 5, "X-Trace: a", { "X Trace": "a" }, { "X-Trace": "a\nb" }].map(
      rejectedAs(
        `headers must be an object of header names and strings, other than ${[...SET_BY_CLIENT, ...OF_CONNECTION].join(", ")}`,
      ),
    ),
    ...SET_BY_CLIENT.flatMap((name) =>
      [name, name.toLowerCase()].map((key): [string, unknown, string] => [
        "headers",
        { "X-Trace": "a", [key]: "b" },
        `(the client sets ${name} itself)`,
      ]),
    ),
    ...OF_CONNECTION.map((name): [string, unknown, string] => [
      "headers",
      { [name.toLowerCase()]: "b" },
      `(no request can carry ${name})`,
    ]),
    ["headers", { "x-api-key": undefined }, "(x-api-key is undefined)"],
    ["headers", { "x-api-key": null }, "(x-api-key is null)"],
    ["headers", { "x-api-key": "" }, "(x-api-key: it is empty)"],
    ["headers", { "x-gateway": "Bearer undefined" }, '(x-gateway: it has the text "undefined": is the variable set?)'],
    ["headers", [["x-api-key", undefined]], "(x-api-key is undefined)"],
    ["headers", new Headers({ te: "trailers" }), "(no request can carry TE)"],
    [
      "timeoutMS",
      5,
      "timeoutMS is not an option; the options are accessToken, retailerId, locale, timeoutMs, maxRetries, headers, baseUrl, allowInsecureHttp, fetch, onAttempt, maxRetryDelayMs",
    ],
    ["signal", new AbortController().signal, "signal is not an option"],
  ])("%s: %j", (name, value, message) => {
    expect(() => createChatClient({ accessToken: "t", [name]: value })).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining(message) }),
    );
  });

  test.each([undefined, null, "token", 5])("options that are %j", (options) => {
    // @ts-expect-error: that is the point
    expect(() => createChatClient(options)).toThrow(new TypeError("options must be an object"));
  });
});

describe("an invalid call option rejects with a TypeError that names it, and nothing is sent", () => {
  test.each<[string, unknown, string]>([
    ["accessToken", "a b", "accessToken must be"],
    ["treatIdsAsInternal", "true", "treatIdsAsInternal must be true or false"],
    ["treatIdsAsInternal", 1, "treatIdsAsInternal must be true or false"],
    ["retailerId", "", "retailerId must be"],
    ["locale", "en_US", "locale must be"],
    ["timeoutMs", 0, "timeoutMs must be"],
    ["maxRetries", -1, "maxRetries must be"],
    ["signal", new AbortController(), "signal must be an AbortSignal"],
    ["signal", new EventTarget(), "signal must be an AbortSignal"],
    ["signal", { aborted: true }, "signal must be an AbortSignal"],
    ["signal", null, "signal must be an AbortSignal"],
    ["headers", { Authorization: "Bearer t" }, "headers must be"],
    ["baseUrl", "https://elsewhere.example", "baseUrl is not an option"],
    [
      "treatIdAsInternal",
      true,
      "treatIdAsInternal is not an option; the options are accessToken, retailerId, locale, timeoutMs, maxRetries, headers, treatIdsAsInternal, signal",
    ],
  ])("%s: %j", async (name, value, message) => {
    const { fetch, requests } = stubFetch();
    const tokens: unknown[] = [];
    const accessToken = () => String(tokens.push("asked"));
    const call = createChatClient({ accessToken, fetch }).markMessagesAsRead("order-123", { [name]: value });
    await expect(call).rejects.toEqual(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining(message) }),
    );
    expect([requests, tokens]).toEqual([[], []]);
  });

  test.each([null, "x", 5])("options that are %j", async (options) => {
    // @ts-expect-error: that is the point
    await expect(createChatClient({ accessToken: "t" }).markMessagesAsRead("order-123", options)).rejects.toEqual(
      new TypeError("options must be an object"),
    );
  });
});

test.each([
  ["a signal", new AbortController().signal],
  ["a list", []],
  ["a map", new Map()],
  ["a StoreObject", { [Symbol.toStringTag]: "StoreObject" }],
  ["an ObjectStore", { [Symbol.toStringTag]: "ObjectStore" }],
])("%s instead of options is a TypeError", async (_, options) => {
  const chat = createChatClient({ accessToken: "t", fetch: stubFetch().fetch });
  await expect(chat.markMessagesAsRead("a", options as object)).rejects.toEqual(
    new TypeError("options must be an object"),
  );
});

test("options may come from another realm, or without a prototype", async () => {
  const { fetch, requests } = stubFetch();
  const options = runInNewContext('({ accessToken: "t", baseUrl: "https://a.example" })') as { accessToken: string };
  await createChatClient({ ...options, fetch }).markMessagesAsRead("a", Object.create(null) as object);
  await createChatClient(Object.assign(Object.create(null), { accessToken: "t", fetch })).markMessagesAsRead("a");
  expect(requests).toHaveLength(2);
});

test.each([
  "https://connect.dev.instacart.tools",
  new URL("https://proxy.example/instacart/"),
  "https://proxy.example/instacart///",
  "http://localhost:8080",
  "http://127.1.2.3",
  "http://127.10.20.30",
  "http://[::1]:80",
])("the base URL %s is accepted", async (baseUrl) => {
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken: "t", baseUrl, fetch }).markMessagesAsRead("order-123");
  expect(requests.map(({ url }) => url)).toEqual([
    `${new URL(baseUrl).href.replace(/\/+$/, "")}/v2/post_checkout/chat/order-123/messages`,
  ]);
});

test.each<[keyof ChatClientOptions, number[]]>([
  ["timeoutMs", [1, TOO_LONG - 1]],
  ["maxRetries", [0, Number.MAX_SAFE_INTEGER]],
  ["maxRetryDelayMs", [0, TOO_LONG - 1]],
])("the smallest and largest values of %s are accepted: %j", async (name, values) => {
  for (const value of values) {
    const { fetch, requests } = stubFetch();
    await createChatClient({ accessToken: "t", fetch, [name]: value }).markMessagesAsRead("a");
    expect(requests).toHaveLength(1);
  }
});

test.each([
  ...["en-US", "fr-CA", "de", "zh-Hant-TW", "x-klingon", "*", "fr-CA, en-CA;q=0.8,*;q=0", "en ; Q=1.000 , fr;q=0."],
])("the locale %s is accepted, by the client and by a call", async (locale) => {
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken: "t", fetch, locale }).markMessagesAsRead("a");
  await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a", { locale });
  expect(requests.map(({ headers }) => headers["accept-language"])).toEqual([locale, locale]);
});

test("options may be the exports of a module", async () => {
  const source = "data:text/javascript,export const treatIdsAsInternal = true";
  const options = (await import(source)) as object;
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a", options);
  expect(requests[0]?.headers).toMatchObject({ "x-treat-ids-as-internal": "true" });
});

test("an undefined option counts as omitted", async () => {
  const { fetch, requests } = stubFetch();
  const omitted = { baseUrl: undefined, timeoutMs: undefined };
  const chat = createChatClient({ accessToken: "t", retailerId: "banner-1", fetch, ...omitted });
  await chat.markMessagesAsRead("a", { retailerId: undefined, treatIdsAsInternal: undefined, signal: undefined });
  expect(requests).toMatchObject([
    {
      url: "https://connect.instacart.com/v2/post_checkout/chat/a/messages",
      headers: { "x-retailer-id": "banner-1" },
    },
  ]);
  expect(requests[0]?.headers).not.toHaveProperty("x-treat-ids-as-internal");
});

test("options are read once: changing the object later has no effect", async () => {
  const { fetch, requests } = stubFetch();
  const options = { accessToken: "before", fetch };
  const chat = createChatClient(options);
  options.accessToken = "after";
  await chat.markMessagesAsRead("order-123");
  expect(requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer before"]);
});

test("without the fetch option, the current global fetch is used", async () => {
  const chat = createChatClient({ accessToken: "t" });
  const { fetch, requests } = stubFetch();
  vi.stubGlobal("fetch", fetch);
  await chat.markMessagesAsRead("order-123").finally(() => vi.unstubAllGlobals());
  expect(requests).toHaveLength(1);
});

function rejectedAs(message: string) {
  return (value: unknown): [string, unknown, string] => [message.split(" ")[0] ?? "", value, message];
}

test("what somebody has put on Object.prototype is not an option, neither of a client nor of a call", async () => {
  const polluting = { retailerId: "injected", locale: "fr-CA", treatIdsAsInternal: true, maxRetries: "many" };
  const { fetch, requests } = stubFetch();
  const before = createChatClient({ accessToken: "t", fetch });
  for (const [name, value] of Object.entries(polluting))
    Object.defineProperty(Object.prototype, name, { value, configurable: true });
  try {
    for (const chat of [before, createChatClient({ accessToken: "t", fetch })])
      for (const options of [undefined, {}]) await chat.markMessagesAsRead("a", options);
  } finally {
    for (const name of Object.keys(polluting)) Reflect.deleteProperty(Object.prototype, name);
  }
  for (const { headers } of requests) expect(Object.keys(headers).join()).not.toMatch(/x-|accept-language/);
  expect(requests).toHaveLength(4);
});
