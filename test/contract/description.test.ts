import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/paths.js";
import { createChatClient } from "../../src/index.js";
import { description, operations, resolve, type Parameter } from "../../scripts/description.js";
import { stubFetch } from "../support/stub-fetch.js";

// What the documentation says and neither the mock nor the types would miss.

test("the servers are the documented ones, and the client's own is the one for production", async () => {
  expect(description.servers.map(({ url }) => url)).toEqual([
    "https://connect.instacart.com",
    "https://connect.dev.instacart.tools",
  ]);
  const { fetch, requests } = stubFetch();
  await createChatClient({ accessToken: "t", fetch }).markMessagesAsRead("a");
  expect(requests.map(({ url }) => new URL(url).origin)).toEqual([description.servers[0]?.url]);
});

test("the operations have the documented methods, paths, parameters, bodies and security", () => {
  const paths = Object.entries(description.paths).map(([path, item]) => [path, Object.keys(item)]);
  expect(Object.fromEntries(paths)).toEqual({
    "/v2/post_checkout/chat/{order_id}/messages": ["put"],
    "/v2/oauth/token": ["post"],
  });
  const found = operations().map(({ operationId, parameters = [], requestBody, security = description.security }) => [
    operationId,
    parameters.map((parameter) => {
      const { name, in: place, required, schema } = resolve<Parameter>(parameter);
      return [place, name, required, "type" in schema ? schema.type : schema];
    }),
    requestBody?.required,
    security,
  ]);
  const locale = {
    anyOf: [{ $ref: "#/components/schemas/Locale" }, { type: "string", description: expect.any(String) }],
  };
  expect(found).toEqual([
    [
      "markMessagesAsRead",
      [
        ["path", "order_id", true, "string"],
        ["header", "X-Treat-Ids-As-Internal", false, "boolean"],
        ["header", "Accept-Language", false, locale],
        ["header", "X-Retailer-Id", false, "string"],
      ],
      undefined,
      [{ accessToken: [] }],
    ],
    ["generateAccessToken", [], true, []],
  ]);
  expect(description.components.securitySchemes.accessToken).toMatchObject({ type: "http", scheme: "bearer" });
});

test("each header that the client may send is a parameter of the description, and the other way round", async () => {
  const { fetch, requests } = stubFetch();
  const chat = createChatClient({ accessToken: "t", fetch });
  await chat.markMessagesAsRead("a", { treatIdsAsInternal: true, retailerId: "b", locale: "fr-CA" });
  const declared = Object.values(description.components.parameters).filter((parameter) => parameter.in === "header");
  expect(Object.keys(requests[0]?.headers ?? {}).sort()).toEqual(
    ["accept", "authorization", "content-type", ...declared.map(({ name }) => name.toLowerCase())].sort(),
  );
});

test("what no page documents is marked as an illustration, and the rest is not", () => {
  const marked = Object.entries(description.components.examples).filter(([, example]) =>
    JSON.stringify(example).includes("**illustration**"),
  );
  expect(marked.map(([name]) => name).sort()).toEqual(
    [
      "accessToken",
      "accessTokenWithoutScope",
      "clientCredentials",
      "forbidden",
      "fulfillmentUserAssertion",
      "multipleErrors",
      "requestTimeout",
      "tooManyRequests",
      "unauthorized",
    ].sort(),
  );
});

test("the description has the version of the package", async () => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(description.info.version).toBe(version);
});
