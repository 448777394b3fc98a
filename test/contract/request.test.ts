import { afterAll, beforeAll, expect, test } from "vitest";
import { createChatClient, type MarkMessagesAsReadOptions } from "../../src/index.js";
import { startCaptureServer } from "../support/capture-server.js";
import { documentedResponse } from "../../scripts/shared/spec.js";
import { exchange } from "../support/exchange.js";

// The request example of the endpoint's documentation page, to the letter.
const DOCUMENTED = `curl --request PUT \\
  --url 'https://connect.instacart.com/v2/post_checkout/chat/{order_id}/messages' \\
  --header 'Accept: application/json' \\
  --header 'Authorization: Bearer <token>' \\
  --header 'Content-Type: application/json' \\
  --header 'X-Treat-Ids-As-Internal: true'`;

// What any \`fetch\` of Node puts on a request of its own accord.
const OF_FETCH = [
  "accept-encoding",
  "accept-language",
  "connection",
  "content-length",
  "host",
  "sec-fetch-mode",
  "user-agent",
];

let server: Awaited<ReturnType<typeof startCaptureServer>>;
beforeAll(async () => {
  server = await startCaptureServer();
});
afterAll(() => server.close());

test("the request on the wire is the documented one, and nothing else", async () => {
  await createChatClient({ accessToken: "<token>", baseUrl: server.url }).markMessagesAsRead("order-123", {
    treatIdsAsInternal: true,
  });
  const [captured] = server.requests.splice(0);
  if (!captured) throw new Error("no request arrived");

  const documented = parseCurl(DOCUMENTED.replace("{order_id}", "order-123"));
  const own = Object.fromEntries(Object.entries(captured.headers).filter(([name]) => !OF_FETCH.includes(name)));
  console.log(
    [
      "Documented",
      DOCUMENTED,
      "Captured",
      `${captured.method} ${captured.path}`,
      ...Object.entries(own).map(([name, value]) => `${name}: ${value}`),
    ].join("\n"),
  );
  expect({ method: captured.method, path: captured.path, headers: own, body: captured.body }).toEqual({
    method: documented.method,
    path: documented.url.pathname,
    headers: documented.headers,
    body: "",
  });
  expect(captured.headers["content-length"]).toBe("0");
});

test("without options the documented server is asked, and no optional header is sent", async () => {
  const requests: [string, RequestInit][] = [];
  const fetch = async (url: string, init: RequestInit) => {
    requests.push([url, init]);
    return Response.json({ messages_read_count: 15 });
  };
  await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("order-123");
  const documented = parseCurl(DOCUMENTED.replace("{order_id}", "order-123"));
  expect(requests.map(([url]) => url)).toEqual([documented.url.href]);
  expect(Object.fromEntries(new Headers(requests[0]?.[1].headers))).toEqual({
    accept: "application/json",
    authorization: "Bearer t",
    "content-type": "application/json",
  });
  expect(requests[0]?.[1]).toMatchObject({ method: "PUT", redirect: "manual", body: undefined });
});

test.each<[string, MarkMessagesAsReadOptions, Record<string, string | undefined>]>([
  ["treatIdsAsInternal: true", { treatIdsAsInternal: true }, { "x-treat-ids-as-internal": "true" }],
  ["treatIdsAsInternal: false", { treatIdsAsInternal: false }, { "x-treat-ids-as-internal": "false" }],
  ["retailerId", { retailerId: "banner-1" }, { "x-retailer-id": "banner-1" }],
  ["locale en-US", { locale: "en-US" }, { "accept-language": "en-US" }],
  ["locale en-CA", { locale: "en-CA" }, { "accept-language": "en-CA" }],
  ["locale fr-CA", { locale: "fr-CA" }, { "accept-language": "fr-CA" }],
])("%s becomes its header, and the mock has nothing against it", async (_, options, headers) => {
  await createChatClient({ accessToken: "t", baseUrl: server.url }).markMessagesAsRead("order-123", options);
  const names = Object.keys(headers);
  const [captured] = server.requests.splice(0);
  expect(Object.fromEntries(names.map((name) => [name, captured?.headers[name]]))).toEqual(headers);

  const { error } = await exchange(documentedResponse("markMessagesAsRead 200 messagesRead"), (mock) =>
    createChatClient({ ...mock, accessToken: "t" }).markMessagesAsRead("order-123", options),
  );
  expect(error).toBeUndefined();
});

test("options of the client go with every call, and those of a call win", async () => {
  const chat = createChatClient({
    accessToken: "client",
    baseUrl: server.url,
    retailerId: "banner-1",
    locale: "en-CA",
  });
  await chat.markMessagesAsRead("order-123");
  await chat.markMessagesAsRead("order-123", { accessToken: "call", retailerId: "banner-2", locale: "fr-CA" });
  const sent = server.requests
    .splice(0)
    .map(({ headers }) => [headers["authorization"], headers["x-retailer-id"], headers["accept-language"]]);
  expect(sent).toEqual([
    ["Bearer client", "banner-1", "en-CA"],
    ["Bearer call", "banner-2", "fr-CA"],
  ]);
});

test("a base URL keeps its path", async () => {
  await createChatClient({ accessToken: "t", baseUrl: `${server.url}/proxy//` }).markMessagesAsRead("order-123");
  expect(server.requests.splice(0).map(({ path }) => path)).toEqual([
    "/proxy/v2/post_checkout/chat/order-123/messages",
  ]);
});

test.each([
  "a/b",
  "a?b=c",
  "a#b",
  "100%",
  "%2e%2e",
  "%ZZ",
  "...",
  " a ",
  "ü",
  "日本",
  "🛒",
  "{order_id}",
  "$&",
  "'()*!",
  "a".repeat(2000),
])("the order id %j arrives as it is, and the mock has nothing against it", async (orderId) => {
  await createChatClient({ accessToken: "t", baseUrl: server.url }).markMessagesAsRead(orderId);
  const [, , , , segment, last] = server.requests.splice(0)[0]?.path.split("/") ?? [];
  expect([decodeURIComponent(segment ?? ""), last]).toEqual([orderId, "messages"]);

  const { error } = await exchange(documentedResponse("markMessagesAsRead 200 messagesRead"), (mock) =>
    createChatClient({ ...mock, accessToken: "t" }).markMessagesAsRead(orderId),
  );
  expect(error).toBeUndefined();
});

function parseCurl(command: string): { method: string | undefined; url: URL; headers: Record<string, string> } {
  const all = (option: string) =>
    [...command.matchAll(new RegExp(`--${option} '?([^'\\s]+(?: [^']+)?)'?`, "g"))].map((match) => match[1] ?? "");
  const headers = all("header").map((header) => header.split(": ") as [string, string]);
  return {
    method: /--request (\w+)/.exec(command)?.[1],
    url: new URL(all("url")[0] ?? ""),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
  };
}
