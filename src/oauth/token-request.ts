import type { Api } from "../api.js";
import { AccessTokenError, ApiError, ChatClientError, InvalidResponseError } from "../errors.js";
import { callOperation, type TransportSettings } from "../transport.js";
import type { AccessTokenRequestBody } from "../types.js";
import type { ProviderSettings } from "./options.js";
import { createToken, lifetimeMs, now, validateTokenResponse, type Token } from "./token.js";

type Client = Pick<ProviderSettings, "clientId" | "clientSecret" | "scope">;

/** The body of a request for a token that works for one user's orders. */
export function userGrant(client: Client, userId: string): AccessTokenRequestBody {
  const assertion = toBase64(JSON.stringify({ user_id: userId }));
  return { grant_type: "fulfillment_user_assertion", ...credentialsOf(client), assertion };
}

/** The body of a request for a token that works for orders created with Fulfillment v3. */
export function clientGrant(client: Client): AccessTokenRequestBody {
  return { grant_type: "client_credentials", ...credentialsOf(client) };
}

function credentialsOf({ clientId, clientSecret, scope }: Client) {
  return { client_id: clientId, client_secret: clientSecret, scope };
}

/** Base64 of the text as UTF-8. `btoa` alone takes no character beyond U+00FF, and not every platform has `TextEncoder`. */
function toBase64(text: string): string {
  return btoa(encodeURIComponent(text).replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))));
}

/**
 * Requests a new token from the API, with the usual retries.
 *
 * @throws AccessTokenError whose `cause` says why there is no token, or the reason of the settings' signal
 */
export async function requestToken(
  api: Api,
  settings: TransportSettings,
  body: AccessTokenRequestBody,
): Promise<Token> {
  const obtainedAt = now();
  const operation = {
    operationId: "generateAccessToken",
    validate: validateTokenResponse,
    secrets: [body.client_secret],
  } as const;
  try {
    const { data } = await callOperation(operation, settings, undefined, (fetch) =>
      api.POST("/v2/oauth/token", { body, headers: settings.headers, fetch }),
    );
    return createToken(data.access_token, obtainedAt, lifetimeMs(data.expires_in));
  } catch (error) {
    if (!(error instanceof ChatClientError)) throw error;
    const call = { ...operation, attempts: error.attempts };
    // A response that breaks the contract may still contain a token.
    const cause =
      error instanceof InvalidResponseError
        ? new InvalidResponseError(error.response, error.problems, "", call)
        : error;
    throw new AccessTokenError(`No access token: ${error.message}${adviceOn(error)}`, error.retryable, cause, call);
  }
}

// The documented OAuth errors of the endpoint.
const ADVICE = new Map([
  ["invalid_client", "check the client id and the client secret, and that they belong to this server"],
  ["invalid_grant", "check the user id"],
]);

function adviceOn(error: ChatClientError): string {
  const [code] = (error instanceof ApiError && error.errors[0]?.message.split(":")) || [];
  const advice = ADVICE.get(code ?? "");
  return advice === undefined ? "" : ` (${advice})`;
}
