import { afterAll, beforeAll, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { createChatClient } from "../../src/index.js";
import { startApiServer, type ApiServer } from "../support/api-server.js";
import { expectDocumentedResponse } from "../support/expect-documented-response.js";
import { documentedSuccess } from "../support/spec.js";

// The request example of the endpoint's documentation page, verbatim.
const DOCUMENTED = `curl --request PUT \\
  --url 'https://connect.instacart.com/v2/post_checkout/chat/{order_id}/messages' \\
  --header 'Accept: application/json' \\
  --header 'Authorization: Bearer <token>' \\
  --header 'Content-Type: application/json' \\
  --header 'X-Treat-Ids-As-Internal: true'`;

// What Node's \`fetch\` adds to every request.
const ADDED_BY_FETCH = [
  ...["accept-encoding", "accept-language", "cache-control", "connection", "content-length", "host", "pragma"],
  "sec-fetch-mode",
];

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server.close());

test("the client sends exactly the documented request, with a User-Agent that names the package", async () => {
  await createChatClient({ accessToken: "<token>", baseUrl: server.url }).markMessagesAsRead("order-123", {
    treatIdsAsInternal: true,
  });
  const [captured] = server.requests.splice(0);
  if (!captured) throw new Error("no request arrived");

  const documented = parseCurl(DOCUMENTED.replace("{order_id}", "order-123"));
  const own = Object.fromEntries(Object.entries(captured.headers).filter(([name]) => !ADDED_BY_FETCH.includes(name)));
  const lines = Object.entries(own).map(([name, value]) => `${name}: ${value}`);
  console.log(["Documented", DOCUMENTED, "Captured", `${captured.method} ${captured.path}`, ...lines].join("\n"));
  expect({ method: captured.method, path: captured.path, headers: own, body: captured.body }).toEqual({
    method: documented.method,
    path: documented.url.pathname,
    headers: { ...documented.headers, "user-agent": `${manifest.name}/${manifest.version}` },
    body: "",
  });
  expect(captured.headers["content-length"]).toBe("0");
});

test("the client's options apply to every call, and a call's own options override them", async () => {
  const own = { accessToken: "client", retailerId: "banner-1", locale: "en-CA" };
  const chat = createChatClient({ ...own, baseUrl: server.url });
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

test.each([
  ...["a/b", "a?b=c", "a#b", "100%", "%2e%2e", "%ZZ", "...", " a ", "ü", "日本", "🛒", "{order_id}", "$&", "'()*!"],
  "a".repeat(2000),
])("the order id %j arrives unchanged, and the mock accepts it", async (orderId) => {
  await createChatClient({ accessToken: "t", baseUrl: server.url }).markMessagesAsRead(orderId);
  const [, , , , segment, last] = server.requests.splice(0)[0]?.path.split("/") ?? [];
  expect([decodeURIComponent(segment ?? ""), last]).toEqual([orderId, "messages"]);

  await expectDocumentedResponse(documentedSuccess("markMessagesAsRead"), {
    call: (_, mock) => createChatClient({ ...mock, accessToken: "t" }).markMessagesAsRead(orderId),
  });
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
