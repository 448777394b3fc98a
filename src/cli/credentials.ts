import type { AccessToken } from "../index.js";
import { createTokenProvider } from "../oauth/index.js";
import { UsageError } from "./usage-error.js";

/**
 * The access token of the environment, or else the way to get one.
 *
 * @param read gives a variable of the environment; an empty one is `undefined`
 * @throws UsageError when there is neither
 */
export function readAccessToken(read: (name: string) => string | undefined, baseUrl: string | undefined): AccessToken {
  const accessToken = read("INSTACART_ACCESS_TOKEN");
  if (accessToken !== undefined) return accessToken;

  const clientId = read("INSTACART_CLIENT_ID");
  const clientSecret = read("INSTACART_CLIENT_SECRET");
  if (clientId === undefined || clientSecret === undefined)
    throw new UsageError(
      clientId === clientSecret
        ? "the environment variable INSTACART_ACCESS_TOKEN is missing; set it to the access token, or set INSTACART_CLIENT_ID, INSTACART_CLIENT_SECRET and INSTACART_USER_ID"
        : `the environment variable INSTACART_CLIENT_${clientId === undefined ? "ID" : "SECRET"} is missing; the other one is set`,
    );
  const tokens = createTokenProvider({ clientId, clientSecret, baseUrl });
  const userId = read("INSTACART_USER_ID");
  return userId === undefined ? tokens.forClient() : tokens.forUser(userId);
}
