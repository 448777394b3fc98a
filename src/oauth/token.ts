import { isToken } from "../access-token.js";

/** An access token and the time that it is good for, in milliseconds since 1970 by the clock of who asked for it. */
export interface Token {
  readonly accessToken: string;
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

// Documented: a token lives for 24 hours, after that a new one is to be generated. What claims more is not believed.
const MAX_LIFETIME_MS = 24 * 60 * 60 * 1000;

/**
 * @param obtainedAt when it was asked for, so that it never counts as valid for longer than it is. The answer's
 *   `created_at` is by another clock, and would add nothing but that clock's error.
 * @param lifetimeMs how long the answer says that it lives
 */
export function token(accessToken: string, obtainedAt: number, lifetimeMs: number): Token {
  return { accessToken, obtainedAt, expiresAt: obtainedAt + Math.min(lifetimeMs, MAX_LIFETIME_MS) };
}

export function isValid({ expiresAt }: Token): boolean {
  return Date.now() < expiresAt;
}

/** A time in the last 5 to 10 % of the token's life: the margin lets renewals fail, the jitter spreads them. */
export function timeToRenew({ obtainedAt, expiresAt }: Token): number {
  return expiresAt - (expiresAt - obtainedAt) * (0.05 + 0.05 * Math.random());
}

/**
 * Reads the token that was stored under a key. What is no valid token of that key, for whatever reason, is none.
 *
 * @param value what the store gave
 */
export function parseToken(value: unknown, key: string): Token | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const stored = JSON.parse(value) as Partial<Record<keyof Token | "key", unknown>>;
    const { accessToken, obtainedAt, expiresAt } = stored;
    if (stored.key !== key || !isToken(accessToken)) return undefined;
    if (typeof obtainedAt !== "number" || typeof expiresAt !== "number") return undefined;
    // The clocks of two processes may differ.
    const parsed = token(accessToken, Math.min(obtainedAt, Date.now()), expiresAt - obtainedAt);
    return isValid(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
