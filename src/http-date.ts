const DAY = "(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)";
const MONTH = "(?<month>\\w{3})";
const TIME = "(?<minute>\\d\\d:\\d\\d):(?<second>\\d\\d)";

// RFC 9110, section 5.6.7: the form of today, and the two obsolete ones that a recipient must still accept.
const FORMS = [
  `${DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  `${DAY}[a-z]*day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT`,
  `${DAY} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * Reads an HTTP date strictly; `Date.parse` would take much that is none.
 *
 * @returns milliseconds since 1970, or `undefined`
 */
export function parseHttpDate(value: string): number | undefined {
  for (const form of FORMS) {
    const { day, month, year, minute, second } = form.exec(value)?.groups ?? {};
    if (day === undefined || year === undefined) continue;
    const isLeapSecond = second === "60"; // `Date` knows none.
    const date = `${day.trim()} ${month} ${fullYear(year)} ${minute}:${isLeapSecond ? "59" : second} GMT`;
    const time = new Date(date);
    // What is no month, or a day or an hour too many, `Date` writes in another way, if at all.
    return time.toUTCString().endsWith(date) ? time.getTime() + (isLeapSecond ? 1000 : 0) : undefined;
  }
  return undefined;
}

/** A two-digit year that appears to be more than 50 years ahead is the most recent one in the past. */
function fullYear(year: string): string | number {
  if (year.length > 2) return year;
  const now = new Date().getUTCFullYear();
  const inThisCentury = now - (now % 100) + Number(year);
  return inThisCentury > now + 50 ? inThisCentury - 100 : inThisCentury;
}
