import { describe, expect, test } from "vitest";
import { asAccessToken, readCredentials } from "../../../src/cli/credentials.js";
import { UsageError } from "../../../src/cli/usage-error.js";
import { tokenServer } from "../../support/token-server.js";

const CLIENT = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-secret" };
const { signal } = new AbortController();
const token = { INSTACART_ACCESS_TOKEN: "a-token" };

function read(env: Record<string, string>) {
  const { fetch, bodies } = tokenServer();
  const credentials = readCredentials({ env }, { fetch });
  const accessToken = asAccessToken(credentials.own);
  const own = async () => (typeof accessToken === "string" ? accessToken : accessToken({ signal }));
  return { ...credentials, own, bodies };
}

describe("the run's own token", () => {
  test("is INSTACART_ACCESS_TOKEN, even if there are client credentials", async () => {
    expect(await read(token).own()).toBe("a-token");
    expect(await read({ ...CLIENT, ...token }).own()).toBe("a-token");
  });

  test.each<[string, Record<string, string>, object]>([
    ["of INSTACART_USER_ID", { INSTACART_USER_ID: "user-1" }, { grant_type: "fulfillment_user_assertion" }],
    ["of the client without a user", { INSTACART_USER_ID: "" }, { grant_type: "client_credentials" }],
  ])("is otherwise the one %s", async (_, env, grant) => {
    const { own, bodies } = read({ ...CLIENT, INSTACART_ACCESS_TOKEN: "", ...env });
    expect([await own(), await own()]).toEqual(["token-1", "token-1"]);
    expect(bodies).toEqual([expect.objectContaining({ ...grant, client_id: "client-1", client_secret: "a-secret" })]);
  });
});

describe("a user's token", () => {
  test("is requested with the client credentials, once for each user", async () => {
    const { forUser, bodies } = read({ ...CLIENT, ...token });
    expect([await forUser("u1").get(), await forUser("u2").get(), await forUser("u1").get()]).toEqual([
      "token-1",
      "token-2",
      "token-1",
    ]);
    expect(bodies).toHaveLength(2);
  });

  test("requires client credentials", () => {
    expect(() => read(token).forUser("u1")).toThrow(
      new UsageError("a user's token needs client credentials: set INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET"),
    );
  });
});

test.each<[string, Record<string, string>, string]>([
  [
    "nothing",
    { INSTACART_ACCESS_TOKEN: "" },
    "no credentials: set INSTACART_ACCESS_TOKEN, or INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET",
  ],
  ["a client id alone", { INSTACART_CLIENT_ID: "a" }, "INSTACART_CLIENT_SECRET is missing; the other one is set"],
  ["a client secret alone", { INSTACART_CLIENT_SECRET: "a" }, "INSTACART_CLIENT_ID is missing; the other one is set"],
])("%s is a usage error", (_, env, message) => {
  expect(() => read(env)).toThrow(new UsageError(message));
});
