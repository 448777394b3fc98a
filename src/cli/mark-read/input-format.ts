import { UsageError } from "../usage-error.js";

const CSV = "CSV; write one order id per line, or order_id<TAB>user_id";

// What input plainly is instead of orders: a pattern that one of its lines matches, what it is, and what to do.
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [
    /^\uFFFD\uFFFD.*\0|^\0?([\t\r\x20-\x7e]\0)+\r?$|^(\0[\t\r\x20-\x7e])+\0?$/,
    "UTF-16; convert it, for example with iconv -f UTF-16 -t UTF-8",
  ],
  [/^(\x1F\uFFFD|PK[\x03\x05]|\(\uFFFD\/\uFFFD|\uFFFD7zXZ|BZh\d)/, "compressed; decompress it first"],
  [/^%PDF-/, "a PDF document; write one order per line, as text"],
  [/\0/, "binary data; write one order per line, as UTF-8 text"],
  [/^\s*<[!?/a-z]/i, "HTML or XML; write one order per line"],
  [/^\s*([{}[\]]+\s*(,\s*)?|"[^"]*"\s*:.*)$/, "JSON over several lines; write one object per line, such as with jq -c"],
  [/^\s*\[/, "a JSON array; write one object per line, such as with jq -c '.[]'"],
  [/^\s*"/, "quoted, as in CSV or JSON; write order ids without quotes"],
  [
    /^(?=.*---)[\s|+-]+$|^\s*\|.*\|\s*$|^\(\d+ rows?\)\s*$/,
    "a table of a database client; print its rows only, with tabs between the columns",
  ],
];

const DELIMITER = /[,;|]/;

/** @throws UsageError if the line is plainly of something else */
export function assertIsOrders(text: string, line: string): void {
  const what = FOREIGN.find(([pattern]) => pattern.test(text))?.[1] ?? (isCsvHeader(text) ? CSV : undefined);
  if (what !== undefined) throw new UsageError(`${line} is ${what}`);
}

function isCsvHeader(text: string): boolean {
  return (
    DELIMITER.test(text) && !/^\s*\{/.test(text) && text.split(DELIMITER).some((name) => nameOf(name) === "orderid")
  );
}

/** Recognizes CSV without a header: each line has the same delimiters. */
export class DelimiterCheck {
  #delimiters = "";
  #lines = 0;

  add(text: string): void {
    const delimiters = DELIMITER.test(text) ? text.replace(/[^,;|]/g, "") : "";
    this.#lines += 1;
    if (this.#lines === 1) this.#delimiters = delimiters;
    else if (delimiters !== this.#delimiters) this.#delimiters = "";
  }

  /** @throws UsageError */
  assertNone(source: string): void {
    if (this.#lines > 1 && this.#delimiters !== "") throw new UsageError(`line 1 of ${source} is ${CSV}`);
  }
}

/** Which columns hold the ids, and how many there are. */
export interface Columns {
  readonly orderId: number;
  readonly userId: number;
  readonly count: number;
}

export const DEFAULT_COLUMNS: Columns = { orderId: 0, userId: 1, count: 2 };

/**
 * Reads the names of columns.
 *
 * @returns `undefined` if the line is not a header
 * @throws UsageError if it is one in the wrong place, or does not name `order_id`
 */
export function readHeader(fields: readonly string[], line: string, isFirst: boolean): Columns | undefined {
  const names = fields.map(nameOf);
  const [orderId, userId] = [names.indexOf("orderid"), names.indexOf("userid")];
  if (orderId < 0 && !(isFirst && userId >= 0)) return undefined;
  if (!isFirst) throw new UsageError(`${line} is a second header; only the first line may name the columns`);
  if (orderId < 0) throw new UsageError(`${line} names the column user_id, but not order_id`);
  return { orderId, userId, count: fields.length };
}

/** `Order ID` and `ORDER_ID` mean `order_id`, too. */
function nameOf(field: string): string {
  return field.trim().toLowerCase().replace(/[ _-]/g, "");
}
