import { parseHttpDate } from "./http-date.js";

/**
 * How long the server asks to wait, from `Retry-After` in seconds or as an HTTP date. A date is measured against the
 * answer's own `Date`, so that a wrong clock on either side does not matter; without one, against this machine's.
 *
 * @returns milliseconds, or `undefined` when the header is absent or unreadable
 */
export function parseRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);

  const until = parseHttpDate(value);
  return until && Math.max(0, until - (parseHttpDate(headers.get("date") ?? "") ?? Date.now()));
}
