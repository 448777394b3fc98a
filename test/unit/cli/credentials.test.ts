import { describe, expect, test } from "vitest";
import { readCredentials } from "../../../src/cli/credentials.js";
import { UsageError } from "../../../src/cli/exit-status.js";
import type { AccessToken } from "../../../src/index.js";
import { tokenServer } from "../../support/token-server.js";

const CLIENT = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "a-secret" };
const { signal } = new AbortController();
const token = { INSTACART_ACCESS_TOKEN: "a-token" };

function read(env: Record<string, string>) {
  const { fetch, bodies } = tokenServer();
  return { ...readCredentials({ env }, { fetch }), bodies };
}

const valueOf = async (accessToken: AccessToken | undefined) =>
  typeof accessToken === "function" ? accessToken({ signal }) : accessToken;

describe("the run's own token", () => {
  test("is INSTACART_ACCESS_TOKEN, even if there are client credentials", () => {
    expect(read(token).own).toBe("a-token");
    expect(read({ ...CLIENT, ...token }).own).toBe("a-token");
  });

  test.each<[string, Record<string, string>, object]>([
    ["of INSTACART_USER_ID", { INSTACART_USER_ID: "user-1" }, { grant_type: "fulfillment_user_assertion" }],
    ["of the client without a user", { INSTACART_USER_ID: "" }, { grant_type: "client_credentials" }],
  ])("is otherwise the one %s", async (_, env, grant) => {
    const { own, bodies } = read({ ...CLIENT, INSTACART_ACCESS_TOKEN: "", ...env });
    expect([await valueOf(own), await valueOf(own)]).toEqual(["token-1", "token-1"]);
    expect(bodies).toEqual([expect.objectContaining({ ...grant, client_id: "client-1", client_secret: "a-secret" })]);
  });
});

test("a user's token is requested with the client credentials, once for each user, and needs them", async () => {
  const { forUser, bodies } = read({ ...CLIENT, ...token });
  const tokens = ["u1", "u2", "u1"].map((userId) => valueOf(forUser?.(userId)));
  expect(await Promise.all(tokens)).toEqual(["token-1", "token-2", "token-1"]);
  expect(bodies).toHaveLength(2);
  expect(read(token).forUser).toBeUndefined();
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

test.each([
  ...[" ", "..", "undefined", "null", "NaN", "\\N", "[object Object]", '"user-1"', "'user-1", "user-1 ", "\tuser-1"],
  "${USER_ID}",
])("a user id that cannot be sent, or was spoiled, is a usage error that names the variable: %j", (userId) => {
  expect(() => read({ ...CLIENT, INSTACART_USER_ID: userId })).toThrow(/^INSTACART_USER_ID must /);
});
