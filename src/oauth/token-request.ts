import type { ValidationProblem, Validator } from "../../generated/validators.js";
import { isToken, TOKEN_RULE } from "../access-token.js";
import type { Api } from "../api.js";
import { AccessTokenError, ApiError, ChatClientError } from "../errors.js";
import { REDACTED } from "../redact.js";
import { callOperation, type TransportSettings } from "../transport.js";
import type { AccessTokenRequestBody } from "../types.js";
import { createToken, now, type Token } from "./token.js";

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
    showBody: (text: string) => text.trim() && REDACTED, // Whatever the status is, it may be a token.
  } as const;
  try {
    const { data } = await callOperation(operation, settings, undefined, (fetch) =>
      api.POST("/v2/oauth/token", { body, headers: settings.headers, fetch }),
    );
    return createToken(data.access_token, obtainedAt, lifetimeMs(data.expires_in));
  } catch (error) {
    if (!(error instanceof ChatClientError)) throw error;
    const call = { ...operation, attempts: error.attempts };
    throw new AccessTokenError(`No access token: ${error.message}${adviceOn(error)}`, error.retryable, error, call);
  }
}

// The documented OAuth errors of the endpoint.
const ADVICE = new Map([
  ["invalid_client", " (check the client id and the client secret, and that they belong to this server)"],
  ["invalid_grant", " (check the user id)"],
]);

function adviceOn(error: ChatClientError): string {
  const [code = ""] = (error instanceof ApiError && error.errors[0]?.message.split(":")) || [];
  return ADVICE.get(code) ?? "";
}

/** What of a token response is needed to use the token. */
interface TokenResponse {
  readonly access_token: string;
  readonly token_type?: unknown;
  readonly expires_in?: unknown;
}

/**
 * Checks the body of a token response: whether it has a bearer token that can be sent. The spec says more; everything else
 * may be missing or odd here, because a call that could be served must not fail for it.
 */
const validateTokenResponse: Validator<TokenResponse> = Object.assign(
  (body: unknown): body is TokenResponse => {
    const { access_token: token, token_type: type } = Object(body) as Partial<Record<keyof TokenResponse, unknown>>;
    const problems: ValidationProblem[] = [];
    if (!isToken(token)) problems.push({ instancePath: "/access_token", message: `must be ${TOKEN_RULE}` });
    const isBearer = typeof type === "string" ? /^bearer$/i.test(type) : type === undefined || type === null;
    if (!isBearer) problems.push({ instancePath: "/token_type", message: "must be Bearer" });
    Object.assign(validateTokenResponse, { errors: problems });
    return problems.length === 0;
  },
  { errors: null },
);

// If the response does not say how long the token is valid. A rejected token is replaced anyway.
const SHORT_LIFETIME_MS = 60_000;

/**
 * How long a token is valid, in milliseconds. A server may hand out the last seconds of a token; if it says 0, the token
 * is used once.
 *
 * @param expiresIn the response's `expires_in`, in seconds, as a number or as text
 */
function lifetimeMs(expiresIn: unknown): number {
  const text = typeof expiresIn === "number" || typeof expiresIn === "string" ? String(expiresIn).trim() : "";
  const seconds = text === "" ? NaN : Number(text);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : SHORT_LIFETIME_MS;
}
