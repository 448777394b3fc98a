import type { ValidationProblem, Validator } from "../../generated/validators.js";
import { isToken, TOKEN_RULE } from "../access-token.js";

/** An access token and its lifetime, in milliseconds since 1970 by the clock of the process that requested it. */
export interface Token {
  readonly accessToken: string;
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

/**
 * Milliseconds since 1970. Next.js forbids `Date.now()` while it prerenders a page:
 * https://nextjs.org/docs/messages/next-prerender-current-time
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

// Documented: a token is valid for 24 hours, then a new one must be generated. A longer lifetime is ignored.
const MAX_LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * @param obtainedAt when the token was requested, so that it never counts as valid for too long. `created_at` in the
 *   response comes from another clock, and would only add that clock's error.
 * @param lifetimeMs the lifetime in the response
 */
export function createToken(accessToken: string, obtainedAt: number, lifetimeMs: number): Token {
  return { accessToken, obtainedAt, expiresAt: obtainedAt + Math.min(lifetimeMs, MAX_LIFETIME_MS) };
}

/** What of a token response is needed to use the token. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type?: unknown;
  readonly expires_in?: unknown;
}

/**
 * Checks the body of a token response: whether it has a bearer token that can be sent. The spec says more; everything else
 * may be missing or odd here, because a call that could be served must not fail for it.
 */
export const validateTokenResponse: Validator<TokenResponse> = Object.assign(validate, { errors: null });

function validate(body: unknown): body is TokenResponse {
  const { access_token: token, token_type: type } = Object(body) as Partial<Record<keyof TokenResponse, unknown>>;
  const problems: ValidationProblem[] = [];
  if (!isToken(token)) problems.push({ instancePath: "/access_token", message: `must be ${TOKEN_RULE}` });
  if (!isBearer(type ?? "Bearer")) problems.push({ instancePath: "/token_type", message: "must be Bearer" });
  Object.assign(validateTokenResponse, { errors: problems });
  return problems.length === 0;
}

function isBearer(type: unknown): boolean {
  return typeof type === "string" && /^bearer$/i.test(type);
}

// If the response does not say how long the token is valid. A rejected token is replaced anyway.
const SHORT_LIFETIME_MS = 60_000;

/**
 * How long a token is valid, in milliseconds. A server may hand out the last seconds of a token; if it says 0, the token
 * is used once.
 *
 * @param expiresIn the response's `expires_in`, in seconds, as a number or as text
 */
export function lifetimeMs(expiresIn: unknown): number {
  const text = typeof expiresIn === "number" || typeof expiresIn === "string" ? String(expiresIn).trim() : "";
  const seconds = text === "" ? NaN : Number(text);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : SHORT_LIFETIME_MS;
}

export function isValid({ expiresAt }: Token): boolean {
  return now() < expiresAt;
}

/** A time in the last 5 to 10 % of the token's lifetime: the margin allows for failures, the jitter spreads them. */
export function timeToRenew({ obtainedAt, expiresAt }: Token): number {
  return expiresAt - (expiresAt - obtainedAt) * (0.05 + 0.05 * Math.random());
}

/**
 * Reads the token that was stored under a key.
 *
 * @param value what the store returned, parsed
 * @returns the token, which may have expired, or `undefined` if the value is something else
 */
export function readToken(value: unknown, key: string): Token | undefined {
  const stored = Object(value) as Partial<Record<keyof Token | "key", unknown>>;
  const { accessToken, obtainedAt, expiresAt } = stored;
  if (stored.key !== key || !isToken(accessToken)) return undefined;
  if (typeof obtainedAt !== "number" || typeof expiresAt !== "number") return undefined;
  // The clocks of two processes may differ.
  return createToken(accessToken, Math.min(obtainedAt, now()), expiresAt - obtainedAt);
}
