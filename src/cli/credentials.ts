import type { AccessToken } from "../index.js";
import { readProviderOptions, type TokenProviderOptions } from "../oauth/options.js";
import { createTokens, type HeldToken } from "../oauth/tokens.js";
import { readVariable, type ProcessIO } from "./process-io.js";
import { UsageError } from "./usage-error.js";

/** The access tokens that the environment provides. */
export interface Credentials {
  /** The run's own token: `INSTACART_ACCESS_TOKEN`, or else the token of `INSTACART_USER_ID`, or else the client's. */
  readonly own: string | HeldToken;
  /** @throws UsageError without client credentials, TypeError if the user id is invalid */
  forUser(userId: string): HeldToken;
}

interface CredentialOptions extends Omit<TokenProviderOptions, "clientId" | "clientSecret"> {
  /** How many further attempts may follow the first one of a token request. */
  readonly maxRetries?: number | undefined;
}

/**
 * Reads the access token, or the client credentials, from the environment. An empty variable counts as unset.
 *
 * @param options for the token requests
 * @throws UsageError if there is neither
 */
export function readCredentials(
  io: Pick<ProcessIO, "env">,
  { maxRetries, ...options }: CredentialOptions = {},
): Credentials {
  const accessToken = readVariable(io, "INSTACART_ACCESS_TOKEN");
  const clientId = readVariable(io, "INSTACART_CLIENT_ID");
  const clientSecret = readVariable(io, "INSTACART_CLIENT_SECRET");
  if (clientId !== undefined && clientSecret !== undefined) {
    const settings = readProviderOptions({ ...options, clientId, clientSecret });
    const tokens = createTokens(maxRetries === undefined ? settings : { ...settings, maxRetries });
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

/** What a client takes as its `accessToken`. */
export function asAccessToken(token: string | HeldToken): AccessToken {
  return typeof token === "string" ? token : token.get;
}
