import { assertOrderId } from "../../index.js";
import { assertUserId } from "../../oauth/index.js";
import { UsageError } from "../exit-status.js";
import { MAX_LINE_BYTES, type Line } from "../read-lines.js";
import { errorText } from "../text.js";
import {
  assertIsOrders,
  CSV,
  DEFAULT_COLUMNS,
  delimitersOf,
  isOtherUser,
  nameOf,
  QUOTED,
  readHeader,
  type Columns,
} from "./input-format.js";
import { createOrder, orderKey, type Order } from "./order.js";
import { LineError, parseJson, readResult } from "./result.js";

const MAX_ID_CHARACTERS = 4096;
// How databases, spreadsheets and programs write a missing value.
const MISSING = /^(\\N|NULL|null|\(null\)|None|nil|undefined|NaN|nan|#?N\/A|#(REF|VALUE|DIV\/0|NUM|NULL)!|#NAME\?)$/;
const ROUNDED = /^\d([.,]\d+)?E\+\d+$/i; // How spreadsheets and programs write a long number.

/** All that the input says. */
export class Input {
  readonly invalid: LineError[] = [];
  /** How often an order was named again. */
  duplicates = 0;
  /** Those that have a count, where the input holds results. */
  readonly done = new Set<string>();
  readonly #named = new Map<string, Order>();

  /** Those that have no count in the input, each once. */
  get orders(): Order[] {
    return [...this.#named].filter(([key]) => !this.done.has(key)).map(([, order]) => order);
  }

  add(line: number | undefined, orderId: unknown, userId: unknown, mayBeMarked = false): void {
    try {
      assertOrderId(orderId);
      if (userId !== undefined) assertUserId(userId);
      assertIsId("order_id", orderId);
      assertIsId("user_id", userId ?? "");
      const order = createOrder(orderId, userId, mayBeMarked);
      if (this.#named.has(orderKey(order))) this.duplicates += 1;
      else this.#named.set(orderKey(order), order);
    } catch (error) {
      this.reject(errorText(error), line, typeof orderId === "string" ? orderId : null);
    }
  }

  reject(message: string, line: number | undefined, orderId: string | null = null): void {
    this.invalid.push(new LineError(message, line, orderId));
  }

  /** @throws UsageError if nothing can be sent */
  assertUsable(source: string): this {
    const [first] = this.invalid;
    if (!first || this.#named.size + this.done.size > 0) return this;
    const where = first.line === undefined ? "" : `line ${first.line}: `;
    throw new UsageError(`nothing in ${source} can be sent; ${where}${first.message}`);
  }
}

function assertIsId(name: string, id: string): void {
  if (id.length > MAX_ID_CHARACTERS) throw new Error(`${name} must not be longer than ${MAX_ID_CHARACTERS} characters`);
  if (id.includes("\uFFFD")) throw new Error(`${name} must be UTF-8`);
  if (MISSING.test(id)) throw new Error(`${name} must not be ${id}, which stands for a missing value`);
  if (ROUNDED.test(id)) throw new Error(`${name} must not be ${id}, which is a rounded number`);
}

/** Reads order ids from the command line. @throws UsageError if none can be sent */
export function readArguments(orderIds: readonly string[]): Input {
  const input = new Input();
  for (const orderId of orderIds) input.add(undefined, orderId, undefined);
  return input.assertUsable("the command line");
}

/**
 * Reads orders line by line: an order id, columns separated by tabs, or a JSON object with `order_id` and, for an order
 * of a user, `user_id`.
 *
 * @param source what the input is called in messages
 * @throws UsageError if it is plainly something else, or if no line can be sent
 */
export async function readOrders(lines: AsyncIterable<Line>, source: string): Promise<Input> {
  const input = new Input();
  let columns: Columns | undefined;
  let rows = 0;
  const delimiters = new Set<string>(); // Of all rows.
  for await (const { number, text } of lines) {
    if (text.trim() === "") continue;
    if (text.length >= MAX_LINE_BYTES) {
      input.reject(`the line is longer than ${MAX_LINE_BYTES} bytes`, number);
      continue;
    }
    const line = `line ${number} of ${source}`;
    assertIsOrders(text, line);
    if (/^\s*\{/.test(text)) {
      addJson(input, number, text);
      columns ??= DEFAULT_COLUMNS;
      continue;
    }
    const fields = text
      .trimEnd()
      .split("\t")
      .map((field) => field.trim());
    const header = readHeader(fields, line, columns === undefined);
    columns ??= header ?? DEFAULT_COLUMNS;
    if (header) continue;
    const [orderId = "", userId = ""] = [fields[columns.orderId], fields[columns.userId]];
    if (userId.startsWith('"')) throw new UsageError(`${line} is ${QUOTED}`);
    rows += 1;
    delimiters.add(delimitersOf(text));
    if (fields.length > columns.count)
      input.reject(`the line has ${fields.length} columns; expected at most ${columns.count}`, number);
    else input.add(number, orderId, userId || undefined);
  }
  if (rows > 1 && delimiters.size === 1 && !delimiters.has("")) throw new UsageError(`line 1 of ${source} is ${CSV}`);
  return input.assertUsable(source);
}

function addJson(input: Input, line: number, text: string): void {
  const value = parseJson(text) as Readonly<Record<string, unknown>> | undefined;
  if (!value) return input.reject("the line begins with { but is not a JSON object", line);
  const named = Object.fromEntries(Object.entries(value).map(([name, member]) => [nameOf(name), member]));
  const { order_id = named["orderid"], user_id = named["userid"] } = value;
  const otherUser = Object.keys(value).find((name) => isOtherUser(name) && typeof value[name] === "string");
  const result = readResult({ ...value, order_id, user_id });
  if (result?.isDone) input.done.add(orderKey(result));
  else if (user_id === undefined && otherUser !== undefined)
    input.reject(`the line has ${otherUser}, but not user_id`, line, typeof order_id === "string" ? order_id : null);
  else input.add(line, order_id, user_id ?? undefined, result?.mayBeMarked);
}
