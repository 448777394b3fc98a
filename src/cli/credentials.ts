import type { AccessToken } from "../index.js";
import { createTokenProvider, type TokenProviderOptions } from "../oauth/index.js";
import { readVariable, type ProcessIO } from "./process-io.js";
import { errorText } from "./text.js";
import { UsageError } from "./usage-error.js";

/** The access tokens that the environment provides. */
export interface Credentials {
  /** The run's own token: `INSTACART_ACCESS_TOKEN`, or else that of `INSTACART_USER_ID`, or else the client's. */
  readonly own: AccessToken;
  /** The token of a user. `undefined` without client credentials, which it needs. */
  readonly forUser: ((userId: string) => AccessToken) | undefined;
}

/**
 * Reads the access token, or the client credentials, from the environment. An empty variable counts as unset.
 *
 * @param options for the token requests
 * @throws UsageError if there is neither, TypeError if an option is invalid
 */
export function readCredentials(
  io: Pick<ProcessIO, "env">,
  options: Omit<TokenProviderOptions, "clientId" | "clientSecret"> = {},
): Credentials {
  const accessToken = readVariable(io, "INSTACART_ACCESS_TOKEN");
  const clientId = readVariable(io, "INSTACART_CLIENT_ID");
  const clientSecret = readVariable(io, "INSTACART_CLIENT_SECRET");
  if (clientId !== undefined && clientSecret !== undefined) {
    const provider = createTokenProvider({ ...options, clientId, clientSecret });
    const userId = readVariable(io, "INSTACART_USER_ID");
    try {
      const own = accessToken ?? (userId === undefined ? provider.forClient() : provider.forUser(userId));
      return { own, forUser: (userId) => provider.forUser(userId) };
    } catch (error) {
      throw new UsageError(errorText(error, { userId: "INSTACART_USER_ID" }));
    }
  }
  if (accessToken !== undefined) return { own: accessToken, forUser: undefined };
  throw new UsageError(
    clientId === clientSecret
      ? "no credentials: set INSTACART_ACCESS_TOKEN, or INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET"
      : `INSTACART_CLIENT_${clientId === undefined ? "ID" : "SECRET"} is missing; the other one is set`,
  );
}
