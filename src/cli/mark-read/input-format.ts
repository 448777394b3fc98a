import { UsageError } from "../exit-status.js";

export const QUOTED = "quoted, as in CSV or JSON; write ids without quotes";
export const CSV = "CSV; write one order id per line, or order_id<TAB>user_id";
const WRITTEN_TABS = "columns with \\t between them as two characters; separate them by tabs";
const FIXED_WIDTH = "columns separated by spaces; separate them by tabs";

// What input plainly is instead of orders: a pattern that one of its lines matches, what it is, and what to do.
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [
    /^\uFFFD\uFFFD.*\0|^\0?([\t\r\x20-\x7e]\0)+\r?$|^(\0[\t\r\x20-\x7e])+\0?$/,
    "UTF-16; convert it, for example with iconv -f UTF-16 -t UTF-8",
  ],
  [
    /^(\x1F\uFFFD|PK[\x03\x05]|\(\uFFFD\/\uFFFD|\uFFFD7zXZ|BZh[1-9](1AY&SY|\x17rE8P))/,
    "compressed; decompress it first",
  ],
  [/^(%PDF-\d\.|\{\\rtf\d)/, "a PDF or RTF document; write one order per line, as text"],
  [/\0/, "binary data; write one order per line, as UTF-8 text"],
  [/^\s*<[!?/a-z]/i, "HTML or XML; write one order per line"],
  [/^\s*([{}[\]]+\s*(,\s*)?|"[^"]*"\s*:.*)$/, "JSON over several lines; write one object per line, such as with jq -c"],
  [/^\s*\[/, "a JSON array; write one object per line, such as with jq -c '.[]'"],
  [/^\s*(=?"|[“”„«‘].*[“”»’]\s*$|'.*'\s*$)/, QUOTED],
  [
    /^(?=.*---)[\s|+-]+$|^\s*\|.*\|\s*$|^\(?\d+ rows? ?(in set|affected|selected|\)\s*$)|^(no rows selected|empty set|query ok|time( taken)?:\s)|^-\[ RECORD|^\*+ \d+\. row|^\s*[\u2500-\u257F]/i,
    "a table of a database client; print its rows only, with tabs between the columns",
  ],
  [
    /^\s*([-*•]\s+\S|\d+[.)]\s+\S|(orders?|ids?|orders?[ _-]?(ids?|numbers?))(:\s|:$|=))|^ +\d+\s+\S/i,
    "a list, as in YAML, or numbered lines; write order ids without anything before them",
  ],
  [/^\s*#(\s|!|$)|^\s*\/\/\s/, "a comment; write order ids only"],
  [/^\s*((https?|ftp):\/\/|www\.|HTTP\/\d)/i, "a URL or an HTTP message; write order ids only"],
  [
    /^(Traceback |ERROR[ :]\s*\S+ |LINE \d+: |[\w./-]+: (.*: )?((error|fatal)(:|\s|$)|\[Warning\]|No such file|Is a directory|Permission denied|(command )?not found|\(\d+\)\s+\S))/i,
    "an error message of a program",
  ],
  [/^\s*(COPY\s.*\sFROM\s+stdin|INSERT\s+INTO\s|SELECT\s.*\sFROM\s|--\s|--$)/i, "SQL; write one order per line"],
];

/** @throws UsageError if the line is plainly of something else */
export function assertIsOrders(text: string, line: string): void {
  const what = FOREIGN.find(([pattern]) => pattern.test(text))?.[1] ?? whatHeader(text);
  if (what !== undefined) throw new UsageError(`${line} is ${what}`);
}

/** What a line is that names `order_id`, but has no tabs. */
function whatHeader(text: string): string | undefined {
  const isHeader = (delimiter: RegExp) => {
    const names = text.trim().split(delimiter).map(nameOf);
    return names.length > 1 && names.includes("orderid");
  };
  if (/^\s*\{/.test(text)) return undefined;
  if (isHeader(/[,;|]/)) return CSV;
  if (isHeader(/\\t/)) return WRITTEN_TABS;
  return !text.includes("\t") && (isHeader(/ +/) || isHeader(/ {2,}/)) ? FIXED_WIDTH : undefined;
}

/** The delimiters of CSV in a line, such as `,,`. Where all lines have the same ones, it is CSV. */
export function delimitersOf(text: string): string {
  return text.replace(/"[^"]*"/g, "").replace(/[^,;|]+/g, "");
}

/** Which columns hold the ids, and how many there are. */
export interface Columns {
  readonly orderId: number;
  readonly userId: number;
  readonly count: number;
}

export const DEFAULT_COLUMNS: Columns = { orderId: 0, userId: 1, count: 2 };

// What a column is called elsewhere. A first line with such a user is a header, too, unless its order has a digit.
const OTHER_NAME =
  /^(orders?|users?|customers?|((order|user|customer|external)?(ids?|no|nr|num|numbers?|refs?|references?|uuids?|#)))[.:]?$/;

// What people call the user, other than `user_id`.
const OTHER_USER =
  /^(uid|(connect|external|instacart)?(users?|(user|customer)(ids?|no|nr|num|number|ref|reference|uuid|#)))$/;

export function isOtherUser(name: string): boolean {
  return OTHER_USER.test(nameOf(name));
}

/**
 * Reads the names of columns.
 *
 * @returns `undefined` if the line is not a header
 * @throws UsageError if it is one in the wrong place, does not name `order_id`, names a column twice, or calls the user otherwise
 */
export function readHeader(fields: readonly string[], line: string, isFirst: boolean): Columns | undefined {
  const names = fields.map(nameOf);
  const [orderId, userId] = [names.indexOf("orderid"), names.indexOf("userid")];
  const isOther = (name: string, index: number) => OTHER_NAME.test(name) && (index === 0 || !/\d/.test(names[0] ?? ""));
  if (isFirst && orderId < 0 && userId < 0 && names.some(isOther))
    throw new UsageError(`${line} names other columns than order_id and, for the user, user_id`);
  if (orderId < 0 && !(isFirst && userId >= 0)) return undefined;
  if (!isFirst) throw new UsageError(`${line} is a second header; only the first line may name the columns`);
  if (orderId < 0) throw new UsageError(`${line} names the column user_id, but not order_id`);
  if (orderId !== names.lastIndexOf("orderid") || userId !== names.lastIndexOf("userid"))
    throw new UsageError(`${line} names a column twice`);
  // With the column ignored, its orders would be sent with another access token.
  if (userId < 0 && names.some(isOtherUser))
    throw new UsageError(`${line} names no column user_id, but a similar one; rename it, or leave it out`);
  return { orderId, userId, count: fields.length };
}

/** `Order ID`, `ORDER_ID` and `orderId` mean `order_id`, too. */
export function nameOf(field: string): string {
  return field
    .trim()
    .toLowerCase()
    .replace(/[ _"-]/g, "");
}
