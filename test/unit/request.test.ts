import { expect, test } from "vitest";
import { createChatClient, type MarkMessagesAsReadOptions } from "../../src/index.js";
import { stubFetch } from "../support/stub-fetch.js";

const HEADERS = { accept: "application/json", "content-type": "application/json", authorization: "Bearer t" };

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
        init: expect.objectContaining({ method: "PUT", redirect: "manual" }),
      },
    ]);
    expect(requests[0]?.init.body ?? undefined).toBeUndefined();
  },
);

test.each(["a/b", "a b", "a?b", "a#b", "ä🛒", "%2F"])("the order id %j arrives as it is", async (orderId) => {
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead(orderId);
  const [, encoded = ""] = /\/chat\/([^/?#]+)\/messages$/.exec(requests[0]?.url ?? "") ?? [];
  expect(decodeURIComponent(encoded)).toBe(orderId);
});
