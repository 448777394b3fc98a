import { UsageError } from "../usage-error.js";

const HEADERS = ["order_id", "order_id\tuser_id"];

/** @returns whether the first line of the input is a header */
export function isHeader(line: string): boolean {
  return HEADERS.includes(line);
}

/**
 * Checks the first line of the input. Otherwise binary data, or another kind of table, would fail line by line or be
 * mistaken for order ids.
 *
 * @throws UsageError that says what was found and how to convert it
 */
export function assertKnownFormat(line: string): void {
  const problem = findProblem(line);
  if (problem) throw new UsageError(`standard input is ${problem}`);
}

function findProblem(line: string): string | undefined {
  if (/\0/.test(line) && /^[\t\r\x20-\x7e]+$/.test(line.replace(/[\0\uFFFD]/g, "")))
    return "UTF-16, as PowerShell writes it; convert it with iconv -f UTF-16 -t UTF-8, or write it with Out-File -Encoding utf8";
  if (/(?!\t)[\x00-\x1f\x7f]/.test(line)) return "binary data; expected UTF-8 text with one order id per line";
  if (line.includes("\uFFFD")) return "not UTF-8; convert it, for example with iconv -f LATIN1 -t UTF-8";
  if (/^"/.test(line) || /^order_?id\s*[,;]/i.test(line))
    return "CSV; write one order id per line, or order_id<TAB>user_id, without quotes";
  if (/^\[/.test(line)) return "a JSON array; write one object per line, for example with jq -c '.[]'";
  return undefined;
}
