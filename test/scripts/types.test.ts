import createClient from "openapi-fetch";
import { expect, test } from "vitest";
import type { paths } from "../../generated/api.js";

const api = createClient<paths>({ baseUrl: "https://connect.instacart.com" });
const absent = undefined as string | undefined;

test("an optional parameter may be undefined, and is then not sent", async () => {
  const requests: Request[] = [];
  await api.PUT("/v2/post_checkout/chat/{order_id}/messages", {
    params: { path: { order_id: "order-123" }, header: { "X-Retailer-Id": absent, "Accept-Language": "fr-CA" } },
    fetch: async (request) => {
      requests.push(request);
      return Response.json({});
    },
  });
  expect(requests.map(({ headers }) => Object.fromEntries(headers))).toEqual([{ "accept-language": "fr-CA" }]);
});

// Misspelt names do not compile, although each may be absent.
() =>
  api.PUT("/v2/post_checkout/chat/{order_id}/messages", {
    // @ts-expect-error The header is X-Retailer-Id.
    params: { path: { order_id: "order-123" }, header: { "X-Retailer": absent } },
  });
