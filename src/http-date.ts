/**
 * Reads an HTTP date strictly (RFC 9110, section 5.6.7): in the form of today, or in one of the two obsolete ones that a
 * recipient must still accept. `Date.parse` alone would take much that is none.
 *
 * @returns milliseconds since 1970, or `undefined`
 */
export function parseHttpDate(value: string): number | undefined {
  const inTodaysForm = value
    .replace(
      RFC_850,
      (_, weekday: string, day: string, month: string, year: string) =>
        `${weekday}, ${day} ${month} ${fullYear(year)} `,
    )
    .replace(
      ASCTIME,
      (_, month: string, day: string, time: string, year: string) =>
        `, ${day.replace(" ", "0")} ${month} ${year} ${time} GMT`,
    );
  const date = inTodaysForm.replace(":60 GMT", ":59 GMT"); // `Date` knows no leap second.
  const time = Date.parse(date);
  // What is no date, or has a day or an hour too many, `Date` writes in another way. The weekday need not be the right one.
  const isDate = WEEKDAY.test(date) && new Date(time).toUTCString().slice(4) === date.slice(4);
  return isDate ? time + (date === inTodaysForm ? 0 : 1000) : undefined;
}

// Whatever stands before or behind is left as it is, the weekday of asctime too, and is judged in the end.
const RFC_850 = /(\w{3})[a-z]{0,3}day, (\d\d)-(\w{3})-(\d\d) /;
const ASCTIME = / (\w{3}) ([ \d]\d) (\S{8}) (\d{4})/;
const WEEKDAY = /(Sun|Mon|Tue|Wed|Thu|Fri|Sat),/;

/** A two-digit year that appears to be more than 50 years ahead is the most recent one in the past. */
function fullYear(year: string): number {
  const now = new Date().getUTCFullYear();
  const inThisCentury = now - (now % 100) + Number(year);
  return inThisCentury > now + 50 ? inThisCentury - 100 : inThisCentury;
}
