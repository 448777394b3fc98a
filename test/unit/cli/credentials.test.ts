import { afterEach, expect, test, vi } from "vitest";
import { readAccessToken } from "../../../src/cli/credentials.js";
import { stubFetch } from "../../support/stub-fetch.js";

afterEach(() => vi.unstubAllGlobals());

const read = (variables: Record<string, string>) => (name: string) => variables[name];
const CREDENTIALS = { INSTACART_CLIENT_ID: "an-id", INSTACART_CLIENT_SECRET: "a-secret" };

test("an access token is taken before client credentials", () => {
  expect(readAccessToken(read({ ...CREDENTIALS, INSTACART_ACCESS_TOKEN: "a-token" }), undefined)).toBe("a-token");
});

test.each([
  ["the client's own token without a user", {}, { grant_type: "client_credentials" }],
  [
    "the user's token with one",
    { INSTACART_USER_ID: "user-123" },
    { grant_type: "fulfillment_user_assertion", assertion: expect.any(String) },
  ],
])("client credentials get %s, from the given server", async (_, user, body) => {
  const token = { access_token: "a-token", token_type: "Bearer", expires_in: 60, created_at: 0 };
  const { fetch, requests } = stubFetch(Response.json(token));
  vi.stubGlobal("fetch", fetch);
  const accessToken = readAccessToken(read({ ...CREDENTIALS, ...user }), "http://localhost:1/base");
  if (typeof accessToken === "string") throw new Error("it is no function");
  expect(await accessToken({ signal: new AbortController().signal })).toBe("a-token");
  expect(requests.map(({ url, init }) => [url, JSON.parse(String(init.body))])).toEqual([
    ["http://localhost:1/base/v2/oauth/token", expect.objectContaining(body)],
  ]);
});

test.each([
  [
    "none",
    {},
    "the environment variable INSTACART_ACCESS_TOKEN is missing; set it to the access token, or set INSTACART_CLIENT_ID, INSTACART_CLIENT_SECRET and INSTACART_USER_ID",
  ],
  [
    "an id alone",
    { INSTACART_CLIENT_ID: "an-id" },
    "the environment variable INSTACART_CLIENT_SECRET is missing; the other one is set",
  ],
  [
    "a secret alone",
    { INSTACART_CLIENT_SECRET: "a-secret" },
    "the environment variable INSTACART_CLIENT_ID is missing; the other one is set",
  ],
])("of credentials with %s it is said what is missing", (_, variables, message) => {
  expect(() => readAccessToken(read(variables), undefined)).toThrow(message);
});
