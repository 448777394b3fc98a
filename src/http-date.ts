const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = "(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)";
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";

// RFC 9110, section 5.6.7: the form of today, and the two obsolete ones that a recipient must still accept.
const FORMS = [
  new RegExp(`^${DAY}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^${DAY} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/**
 * Reads an HTTP date strictly; `Date.parse` would take much that is none.
 *
 * @returns milliseconds since 1970, or `undefined`
 */
export function parseHttpDate(value: string): number | undefined {
  for (const form of FORMS) {
    const { year, month, day, hour, minute, second } = form.exec(value)?.groups ?? {};
    if (year === undefined || month === undefined) continue;
    const time = [Number(hour), Number(minute), Number(second)] as const;
    if (time[1] > 59 || time[2] > 60) return undefined; // 60 is a leap second. An hour too many is another day.
    const date = new Date(
      Date.UTC(year.length === 2 ? fullYear(Number(year)) : Number(year), MONTHS.indexOf(month), Number(day), ...time),
    );
    const isRealDay = new Date(date.getTime() - (time[2] === 60 ? 1000 : 0)).getUTCDate() === Number(day);
    return isRealDay ? date.getTime() : undefined;
  }
  return undefined;
}

/** A two-digit year that appears to be more than 50 years ahead is the most recent one in the past. */
function fullYear(year: number): number {
  const now = new Date().getUTCFullYear();
  const inThisCentury = now - (now % 100) + year;
  return inThisCentury > now + 50 ? inThisCentury - 100 : inThisCentury;
}
