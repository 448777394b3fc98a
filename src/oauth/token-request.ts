import { validateAccessToken } from "../../generated/validators.js";
import { isToken, TOKEN_RULE } from "../access-token.js";
import { AccessTokenError, ChatClientError, InvalidResponseError } from "../errors.js";
import { buildRequest } from "../request.js";
import { sendWithRetries } from "../retry.js";
import type { AccessTokenRequestBody } from "../types.js";
import type { ProviderSettings } from "./options.js";
import { token, type Token } from "./token.js";

/**
 * Asks the API for a new token, with the retries that any request gets.
 *
 * @throws AccessTokenError whose `cause` says why
 */
export async function requestToken(
  settings: ProviderSettings,
  body: AccessTokenRequestBody,
  signal: AbortSignal,
): Promise<Token> {
  const obtainedAt = Date.now();
  try {
    const request = buildRequest("POST", "/v2/oauth/token", settings.baseUrl, { body });
    const credentials = { secrets: [settings.clientSecret] };
    const { data, attempts } = await sendWithRetries(
      request,
      validateAccessToken,
      { ...settings, signal },
      credentials,
    );
    if (!isToken(data.access_token)) {
      const problem = { path: "/access_token", message: `must be ${TOKEN_RULE}` };
      throw Object.assign(new InvalidResponseError(200, [problem], ""), { attempts });
    }
    return token(data.access_token, obtainedAt, data.expires_in * 1000);
  } catch (error) {
    if (!(error instanceof ChatClientError)) throw error;
    throw new AccessTokenError(`There is no access token: ${error.message}`, error.retryable, withoutExcerpt(error));
  }
}

/** What broke the contract may hold a token all the same. */
function withoutExcerpt(error: ChatClientError): ChatClientError {
  if (!(error instanceof InvalidResponseError)) return error;
  const { status, problems, attempts } = error;
  return Object.assign(new InvalidResponseError(status, problems, ""), { attempts });
}
