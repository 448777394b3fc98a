/** An access token and its lifetime, in milliseconds since 1970 by the clock of the process that requested it. */
export interface Token {
  readonly accessToken: string;
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

/** A token to replace. */
export interface ReplacedToken {
  readonly accessToken: string;
  /** Whether the API rejected the token. Otherwise it expires soon. */
  readonly isRejected: boolean;
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
 */
export function createToken(accessToken: string, obtainedAt: number, lifetimeMs: number): Token {
  return { accessToken, obtainedAt, expiresAt: obtainedAt + Math.min(lifetimeMs, MAX_LIFETIME_MS) };
}

export function isValid({ expiresAt }: Token): boolean {
  return now() < expiresAt;
}
