import { describe, expect, test, vi } from "vitest";
import { errorOf } from "../support/error-of.js";
import { useFakeClock } from "../support/fake-clock.js";

useFakeClock();

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function inRfc850(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${DAYS[date.getUTCDay()]}, ${day}-${month}-${year?.slice(-2)} ${time} GMT`;
}

function inAsctime(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${day?.replace(/^0/, " ")} ${time} ${year}`;
}

describe.each<[string, (date: Date) => string]>([
  ["today's form", (date) => date.toUTCString()],
  ["the obsolete form of RFC 850", inRfc850],
  ["the obsolete form of asctime", inAsctime],
])("a date in %s", (_, format) => {
  const at = (year: number, month: number, day: number) => new Date(Date.UTC(year, month, day, 8, 49, 37));

  test.each(MONTHS.map((name, month) => [name, month] as const))("is read in the month %s", async (name, month) => {
    const date = at(2026, month, 28);
    expect(format(date)).toContain(name);
    expect(await waitUntil(format(date), at(2026, 0, 1))).toBe(date.getTime() - at(2026, 0, 1).getTime());
  });

  test.each(DAYS.map((name, day) => [name, day] as const))("is read on a %s", async (_, day) => {
    const date = at(2026, 1, 1 + day); // The first of that February is a Sunday.
    expect(await waitUntil(format(date), at(2026, 0, 1))).toBe((31 + day) * 24 * 60 * 60 * 1000);
  });

  test.each([
    ["with more before it", (text: string) => `x${text}`],
    ["with more after it", (text: string) => `${text}x`],
    ["with no weekday", (text: string) => text.replace(/^\w+?(?=day|\b)/, "Any")],
    ["with another weekday than its own", (text: string) => text.replace("Mon", "Sun")],
    ["in another month", (text: string) => text.replace("Nov", "Any")],
    ["without its first digit", (text: string) => text.replace(/\d/, "")],
    ["without its last digit", (text: string) => text.replace(/\d(?=\D*$)/, "")],
    ["with a letter for a digit of the day", (text: string) => text.replace("16", "1x")],
    ["with a letter for the other digit of the day", (text: string) => text.replace("16", "x6")],
    ["with a letter in the year", (text: string) => text.replace(/26(?=$| \d\d:| GMT)/, "x6")],
    ["with a letter in the hour", (text: string) => text.replace("08:", "0x:")],
    ["with a letter in the minute", (text: string) => text.replace(":49:", ":x9:")],
    ["with a letter in the second", (text: string) => text.replace(":37", ":3x")],
    ["on day 31 of November", (text: string) => text.replace("16", "31")],
    ["on day 0", (text: string) => text.replace("16", "00")],
    ["at hour 24", (text: string) => text.replace("08:", "24:")],
    ["at minute 60", (text: string) => text.replace(":49:", ":60:")],
    ["at second 61", (text: string) => text.replace(":37", ":61")],
  ])("is ignored %s", async (_, change) => {
    const text = format(at(2026, 10, 16));
    expect(change(text)).not.toBe(text);
    expect(await waitUntil(change(text), at(2026, 10, 1))).toBeUndefined();
  });

  test.each([
    ["the last hour", "08:49:37", "23:49:37"],
    ["the last minute", "08:49:37", "08:59:37"],
    ["a leap second at the end of a day", "08:49:37", "23:59:60"],
  ])("is read with %s", async (_, from, to) => {
    const text = format(at(2026, 10, 16)).replace(from, to);
    const [hours = 0, minutes = 0, seconds = 0] = to.split(":").map(Number);
    const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
    expect(await waitUntil(text, new Date(Date.UTC(2026, 10, 16)))).toBe(ms);
  });
});

test.each([
  "Mon, 16-Nov 2026 08:49:37 GMT",
  "Mon,  6 Nov 2026 08:49:37 GMT",
  "Mon, id Date",
  "Invalid Date",
  "Mon Nov 16 08:49:37 2026 GMT",
])("a mixture of the formats is ignored: %s", async (text) => {
  expect(await waitUntil(text, new Date(Date.UTC(2026, 10, 1)))).toBeUndefined();
});

test("a date is compared with this machine's clock if the response has no valid Date", async () => {
  vi.setSystemTime("2026-11-01T00:00:00Z");
  expect(await waitUntil("Sun, 01 Nov 2026 00:00:05 GMT", new Date(NaN))).toBe(5000);
});

describe("a year of two digits", () => {
  test.each([
    ["2026-01-01", "76", 2076],
    ["2026-01-01", "77", 1977],
    ["2026-01-01", "00", 2000],
    ["1999-01-01", "49", 2049],
    ["1999-01-01", "50", 1950],
    ["1949-01-01", "99", 1999],
  ])("that is read on %s is at most 50 years ahead: %s is %i", async (today, year, expected) => {
    vi.setSystemTime(today);
    const far = new Date("1940-01-01T00:00:00Z");
    const first = new Date(Date.UTC(expected, 0, 1));
    const text = `${DAYS[first.getUTCDay()]}, 01-Jan-${year} 00:00:00 GMT`;
    expect(await waitUntil(text, far)).toBe(first.getTime() - far.getTime());
  });
});

/** How long the client takes a `Retry-After` with a date to ask for, at a time of the server. */
async function waitUntil(retryAfter: string, now: Date): Promise<number | undefined> {
  const headers = { "Retry-After": retryAfter, Date: now.toUTCString() };
  const fetch = async () => new Response(null, { status: 403, headers });
  const error = await errorOf({ fetch });
  expect(error).toMatchObject({ name: "ApiError", httpStatus: 403 });
  return (error as { retryAfterMs?: number }).retryAfterMs;
}
