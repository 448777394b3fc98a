const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8_000;

// The documented ones, and those that proxies and content delivery networks send for a failing origin.
const TRANSIENT_STATUSES = [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530];

/** Whether the same request may succeed later. */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT_STATUSES.includes(status);
}

/**
 * How long to wait before a retry: full jitter on top of `Retry-After`, so that many clients do not come
 * back at the same moment.
 *
 * @param retries how many retries have been made
 * @returns milliseconds, or `undefined` if the server asks for more than `maxRetryDelayMs`
 */
export function retryDelay(retries: number, retryAfterMs: number, maxRetryDelayMs: number): number | undefined {
  if (retryAfterMs > maxRetryDelayMs) return undefined;
  const backoffMs = Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retries);
  return Math.min(maxRetryDelayMs, Math.round(retryAfterMs + backoffMs));
}

/**
 * How long the server asks to wait, from `Retry-After` in seconds or as a date. A date is compared with the response's
 * own `Date`, so that clocks need not agree; without one, with this machine's clock. A header
 * that was sent twice, or has a fraction or a unit, still counts: coming back too early would be worse.
 *
 * @returns milliseconds, or `undefined` if the header is absent or unreadable
 */
export function parseRetryAfter(headers: Pick<Headers, "get">): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const seconds = value.split(",").map((part) => SECONDS.exec(part.trim())?.[1]);
  if (seconds.every((number) => number !== undefined)) {
    const longest = seconds.reduce((longest, number) => Math.max(longest, Number(number)), 0);
    return Math.min(Math.ceil(longest * 1000), Number.MAX_SAFE_INTEGER);
  }

  const until = parseHttpDate(value);
  const now = parseHttpDate(headers.get("date") ?? "") ?? Date.now();
  return until === undefined ? undefined : Math.max(0, until - now);
}

const SECONDS = /^(\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)?$/i;

// The current format of HTTP dates, and the two obsolete ones that a recipient must still accept (RFC 9110, section 5.6.7).
const DATE_FORMATS = [
  /^(?<weekday>\w{3}), (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\S{8}) GMT$/,
  /^(?<weekday>\w{3})[a-z]{0,3}day, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\S{8}) GMT$/,
  /^(?<weekday>\w{3}) (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\S{8}) (?<year>\d{4})$/,
];

/**
 * Reads an HTTP date strictly. `Date.parse` alone is too lenient.
 *
 * @returns milliseconds since 1970, or `undefined`
 */
function parseHttpDate(value: string): number | undefined {
  const parts = DATE_FORMATS.map((format) => format.exec(value)?.groups).find((groups) => groups !== undefined);
  const { weekday, day = "", month, year = "", time = "" } = parts ?? {};
  const seconds = time.replace(/:60$/, ":59"); // `Date` knows no leap second.
  const date = `${weekday}, ${day.replace(" ", "0")} ${month} ${year.length === 2 ? fullYear(Number(year)) : year} ${seconds} GMT`;
  const at = Date.parse(date);
  // A date with a day or an hour too many, or an incorrect weekday, is formatted differently by `Date`.
  if (!Number.isFinite(at) || new Date(at).toUTCString() !== date) return undefined;
  return at + (seconds === time ? 0 : 1000);
}

/** The latest year with these last two digits that is at most 50 years ahead. */
function fullYear(lastTwoDigits: number): number {
  const latest = new Date().getUTCFullYear() + 50;
  return latest - ((latest - lastTwoDigits) % 100);
}

// A retry budget as in Finagle and gRPC (https://github.com/grpc/proposal/blob/master/A6-client-retries.md): a share of the
// calls, and a floor. With these, 1,000 failing calls in 10 s make 1.15 requests each, 200 make 1.3, and if one call in ten
// fails, each of them is retried.
const BUDGET_WINDOW_S = 10;
const RETRIES_PER_CALL = 0.12;
const MIN_RETRIES = 10; // In the window.

/**
 * Bounds what a client adds to an outage: over the last 10 s, retries are a small share of the calls. A call that runs
 * alone is always retried, since one caller at a time cannot multiply the load.
 */
export class RetryBudget {
  #runningCalls = 0;
  /** Calls and retries of one second each, the oldest first. */
  #seconds: { readonly second: number; calls: number; retries: number }[] = [];

  startCall(): void {
    this.#runningCalls += 1;
    this.#current().calls += 1;
  }

  endCall(): void {
    this.#runningCalls -= 1;
  }

  /** @returns whether a retry may be made; it counts as made then */
  takeRetry(): boolean {
    const current = this.#current();
    const sum = (kind: "calls" | "retries") => this.#seconds.reduce((total, second) => total + second[kind], 0);
    const isWithin = sum("retries") + 1 <= MIN_RETRIES + RETRIES_PER_CALL * sum("calls");
    if (!isWithin && this.#runningCalls > 1) return false;
    current.retries += 1;
    return true;
  }

  #current() {
    const second = Math.floor(performance.now() / 1000);
    const latest = this.#seconds.at(-1);
    if (latest?.second === second) return latest;
    const current = { second, calls: 0, retries: 0 };
    this.#seconds = [...this.#seconds.filter((past) => past.second > second - BUDGET_WINDOW_S), current];
    return current;
  }
}
