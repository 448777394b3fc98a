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
        `${weekday}, ${day} ${month} ${fullYear(Number(year))} `,
    )
    .replace(ASCTIME_DAY, "$1 0$2 ")
    .replace(ASCTIME, ", $2 $1 $4 $3 GMT");
  const date = inTodaysForm.replace(":60 GMT", ":59 GMT"); // `Date` knows no leap second.
  const time = Date.parse(date);
  // What is no date, or has a day or an hour too many, or the wrong weekday, `Date` writes in another way; but for
  // "Invalid Date", which it writes of what is none.
  const isDate = Number.isFinite(time) && new Date(time).toUTCString() === date;
  return isDate ? time + (date === inTodaysForm ? 0 : 1000) : undefined;
}

// Whatever stands before or behind is left as it is, the weekday of asctime too, and is judged in the end.
const RFC_850 = /(\w{3})[a-z]{0,3}day, (\d\d)-(\w{3})-(\d\d) /;
const ASCTIME_DAY = /(\w)  (\d) /;
const ASCTIME = / (\w{3}) (\d\d) (\S{8}) (\d{4})/;

/** The latest year with these last two digits that is at most 50 years ahead. */
function fullYear(lastTwoDigits: number): number {
  const latest = new Date().getUTCFullYear() + 50;
  return latest - ((latest - lastTwoDigits) % 100);
}
