import type { AccessToken } from "../index.js";
import { createTokenProvider, type TokenFunction, type TokenProviderOptions } from "../oauth/index.js";
import { readVariable, type ProcessIO } from "./process-io.js";
import { UsageError } from "./usage-error.js";

/** The access tokens that the environment provides. */
export interface Credentials {
  /** The run's own token: `INSTACART_ACCESS_TOKEN`, or else the token of `INSTACART_USER_ID`, or else the client's. */
  readonly own: AccessToken;
  /** @throws UsageError without client credentials, TypeError if the user id is invalid */
  forUser(userId: string): TokenFunction;
}

/**
 * Reads the access token, or the client credentials, from the environment. An empty variable counts as unset.
 *
 * @param options for the token requests
 * @throws UsageError if there is neither
 */
export function readCredentials(
  io: Pick<ProcessIO, "env">,
  options: Omit<TokenProviderOptions, "clientId" | "clientSecret"> = {},
): Credentials {
  const accessToken = readVariable(io, "INSTACART_ACCESS_TOKEN");
  const clientId = readVariable(io, "INSTACART_CLIENT_ID");
  const clientSecret = readVariable(io, "INSTACART_CLIENT_SECRET");
  if (clientId !== undefined && clientSecret !== undefined) {
    const tokens = createTokenProvider({ ...options, clientId, clientSecret });
    const userId = readVariable(io, "INSTACART_USER_ID");
    return {
      own: accessToken ?? (userId === undefined ? tokens.forClient() : tokens.forUser(userId)),
      forUser: (userId) => tokens.forUser(userId),
    };
  }
  if (accessToken !== undefined)
    return {
      own: accessToken,
      forUser() {
        throw new UsageError(
          "a user's token needs client credentials: set INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET",
        );
      },
    };
  throw new UsageError(
    clientId === clientSecret
      ? "no credentials: set INSTACART_ACCESS_TOKEN, or INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET"
      : `INSTACART_CLIENT_${clientId === undefined ? "ID" : "SECRET"} is missing; the other one is set`,
  );
}
