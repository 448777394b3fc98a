import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { createChatClient, type MarkMessagesAsReadOptions } from "../../src/index.js";
import { stubFetch } from "../support/stub-fetch.js";

const HEADERS = {
  accept: "application/json",
  "content-type": "application/json",
  authorization: "Bearer t",
  "user-agent": `${manifest.name}/${manifest.version}`,
};

test.each<[string, MarkMessagesAsReadOptions, Record<string, string>]>([
  ["no options", {}, {}],
  ["Instacart's own ids", { treatIdsAsInternal: true }, { "x-treat-ids-as-internal": "true" }],
  ["the retailer's ids", { treatIdsAsInternal: false }, { "x-treat-ids-as-internal": "false" }],
  ["a banner", { retailerId: "banner-1" }, { "x-retailer-id": "banner-1" }],
  ["a locale", { locale: "fr-CA" }, { "accept-language": "fr-CA" }],
])(
  "with %s the request is a PUT with the documented headers and no others, without a body",
  async (_, options, more) => {
    const { fetch, requests } = stubFetch();
    await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123", options);
    expect(requests).toEqual([
      {
        url: "https://connect.instacart.com/v2/post_checkout/chat/order-123/messages",
        headers: { ...HEADERS, ...more },
        init: expect.objectContaining({ method: "PUT", redirect: "manual", cache: "no-store" }),
      },
    ]);
    expect(requests[0]?.init.body ?? undefined).toBeUndefined();
  },
);

test("the headers of the client and of the call are sent, and the call's take precedence", async () => {
  const { fetch, requests } = stubFetch();
  const chat = createChatClient({ accessToken: "t", fetch, headers: { "X-Gateway": "a", "X-Trace": "b" } });
  await chat.markMessagesAsRead("order-123", { headers: { "x-trace": "c", "User-Agent": "mine" } });
  await chat.markMessagesAsRead("order-123", { maxRetries: 0 });
  expect(requests.map(({ headers }) => headers)).toEqual([
    { ...HEADERS, "x-gateway": "a", "x-trace": "c", "user-agent": "mine" },
    { ...HEADERS, "x-gateway": "a", "x-trace": "b" },
  ]);
});

test("the options of one call never affect another, whether later or concurrent", async () => {
  const { fetch, requests } = stubFetch();
  const chat = createChatClient({ accessToken: "t", retailerId: "banner-1", fetch });
  const calls: [string, MarkMessagesAsReadOptions][] = [
    ["banner-1,", {}],
    ["banner-2,", { retailerId: "banner-2" }],
    ["banner-1,en-CA", { locale: "en-CA" }],
    ["banner-1,", {}],
  ];
  for (const call of calls) await chat.markMessagesAsRead(...call);
  await Promise.all([...calls].reverse().map((call) => chat.markMessagesAsRead(...call)));
  const orderIds = requests.map(({ url }) => decodeURIComponent(url.split("/")[6] ?? ""));
  expect(orderIds).toHaveLength(8);
  const sent = requests.map(({ headers }) => `${headers["x-retailer-id"]},${headers["accept-language"] ?? ""}`);
  expect(sent).toEqual(orderIds);
});

test("properties that others add to Object.prototype are not sent", async () => {
  const { fetch, requests } = stubFetch();
  Object.defineProperty(Object.prototype, "foreign", { value: "x", enumerable: true, configurable: true });
  try {
    await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a");
  } finally {
    Reflect.deleteProperty(Object.prototype, "foreign");
  }
  expect(requests[0]?.headers).toEqual(HEADERS);
});

test("changes that a custom fetch makes to one request affect neither the next attempt nor the next call", async () => {
  const seen: RequestInit[] = [];
  const chat = createChatClient({
    accessToken: "t",
    maxRetryDelayMs: 0,
    fetch: async (_, init) => {
      seen.push({ ...init, headers: Object.fromEntries(new Headers(init.headers)) });
      Object.assign(init, { method: "DELETE", redirect: "follow" });
      Object.assign(init.headers as object, { accept: "text/html", more: "1" });
      return seen.length === 1 ? new Response(null, { status: 503 }) : Response.json({ messages_read_count: 15 });
    },
  });
  for (const orderId of ["a", "a"]) await chat.markMessagesAsRead(orderId);
  const same = { ...seen[0], signal: expect.any(AbortSignal) };
  expect(seen).toEqual([same, same, same]);
});

test.each(["a/b", "a.", ".a", "...", "a b", "a?b", "a#b", "ä🛒", "%2F"])(
  "the order id %j arrives unchanged",
  async (orderId) => {
    const { fetch, requests } = stubFetch();
    await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead(orderId);
    const [, encoded = ""] = /\/chat\/([^/?#]+)\/messages$/.exec(requests[0]?.url ?? "") ?? [];
    expect(decodeURIComponent(encoded)).toBe(orderId);
  },
);
