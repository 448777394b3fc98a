import type { AccessToken } from "../index.js";
import { createTokenProvider, type TokenProviderOptions } from "../oauth/index.js";
import { UsageError } from "./exit-status.js";
import { readVariable, type ProcessIO } from "./process-io.js";
import { errorText } from "./text.js";

/** The access tokens that the environment provides. */
export interface Credentials {
  /** The run's own token: `INSTACART_ACCESS_TOKEN`, or else that of `INSTACART_USER_ID`, or else the client's. */
  readonly own: AccessToken;
  /** The token of a user. `undefined` without client credentials, which it needs. */
  readonly forUser: ((userId: string) => AccessToken) | undefined;
}

// How shells, files and programs spoil a variable. The library accepts such a user id, since it could be one.
const SPOILED = /^["'`\s]|["'`\s]$|^(undefined|null|none|nil|nan|\(null\)|\\N|n\/a)$|\[object |\$\{/i;

/** @throws UsageError if a variable is missing, TypeError if a variable or an option is invalid */
export function readCredentials(
  io: Pick<ProcessIO, "env">,
  options: Omit<TokenProviderOptions, "clientId" | "clientSecret"> = {},
): Credentials {
  const [accessToken, clientId, clientSecret, userId] = ["ACCESS_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "USER_ID"].map(
    (name) => readVariable(io, `INSTACART_${name}`),
  );
  if (userId !== undefined && SPOILED.test(userId))
    throw new UsageError(
      "INSTACART_USER_ID must be a user id, without quotes or spaces around it: is the variable set?",
    );
  if (clientId !== undefined && clientSecret !== undefined) {
    const provider = createTokenProvider({ ...options, clientId, clientSecret });
    const forUser = (id: string) => provider.forUser(id);
    try {
      return { own: accessToken ?? (userId === undefined ? provider.forClient() : forUser(userId)), forUser };
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

/** What the help of a command says about the variables. */
export const ENVIRONMENT_HELP: string = `
Environment:
  INSTACART_ACCESS_TOKEN   the access token, without "Bearer"; or instead:
  INSTACART_CLIENT_ID      the client credentials, which the command uses to
  INSTACART_CLIENT_SECRET  request access tokens
  INSTACART_USER_ID        the user of orders that name none; if unset, the
                           token works for orders created with Fulfillment v3
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY`;
