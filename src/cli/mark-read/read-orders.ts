import { assertOrderId } from "../../index.js";
import { assertUserId } from "../../oauth/index.js";
import { MAX_LINE_BYTES, type Line } from "../read-lines.js";
import { errorText } from "../text.js";
import { UsageError } from "../usage-error.js";
import { assertIsOrders, DEFAULT_COLUMNS, DelimiterCheck, readHeader, type Columns } from "./input-format.js";
import { createOrder, orderKey, type InvalidLine, type Order } from "../scheduler/order.js";
import { parseJson, readResult, type Json } from "./result.js";

const MAX_ID_CHARACTERS = 4096;

/** All that the input says. */
export class Input {
  readonly invalid: InvalidLine[] = [];
  /** How often an order was named again. */
  duplicates = 0;
  readonly #orders = new Map<string, Order>();
  readonly #done = new Set<string>();

  /** Those that have no count in the input, each once. */
  get orders(): Order[] {
    return [...this.#orders].filter(([key]) => !this.#done.has(key)).map(([, order]) => order);
  }

  /** How many have a count, since the input holds results. */
  get done(): number {
    return this.#done.size;
  }

  add(line: number | undefined, orderId: unknown, userId: unknown, mayBeMarked = false): void {
    try {
      assertOrderId(orderId);
      if (userId !== undefined) assertUserId(userId);
      for (const [name, id = ""] of [["order_id", orderId] as const, ["user_id", userId] as const]) {
        if (id.length > MAX_ID_CHARACTERS)
          throw new Error(`${name} must not be longer than ${MAX_ID_CHARACTERS} characters`);
        if (id.includes("\uFFFD")) throw new Error(`${name} must be UTF-8`);
      }
      const key = orderKey(orderId, userId);
      if (this.#orders.has(key)) this.duplicates += 1;
      else this.#orders.set(key, createOrder(orderId, userId, mayBeMarked));
    } catch (error) {
      this.reject(line, typeof orderId === "string" ? orderId : null, errorText(error));
    }
  }

  addDone(orderId: string, userId: string | undefined): void {
    this.#done.add(orderKey(orderId, userId));
  }

  reject(line: number | undefined, orderId: string | null, message: string): void {
    this.invalid.push({ line, orderId, message });
  }

  /** @throws UsageError if no line can be sent */
  assertUsable(source: string): this {
    const [first] = this.invalid;
    if (!first || this.#orders.size + this.#done.size > 0) return this;
    const where = first.line === undefined ? "" : `line ${first.line}: `;
    throw new UsageError(`nothing in ${source} can be sent; ${where}${first.message}`);
  }
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
  const delimiters = new DelimiterCheck();
  let columns: Columns | undefined;
  for await (const { number, text } of lines) {
    if (text.trim() === "") continue;
    if (text.length >= MAX_LINE_BYTES) {
      input.reject(number, null, `the line is longer than ${MAX_LINE_BYTES} bytes`);
      continue;
    }
    assertIsOrders(text, `line ${number} of ${source}`);
    if (/^\s*\{/.test(text)) {
      addJson(input, number, text);
      columns ??= DEFAULT_COLUMNS;
      continue;
    }
    const fields = text.split("\t").map((field) => field.trim());
    const header = readHeader(fields, `line ${number} of ${source}`, columns === undefined);
    columns ??= header ?? DEFAULT_COLUMNS;
    if (header) continue;
    delimiters.add(text);
    if (fields.length > columns.count)
      input.reject(number, null, `the line has ${fields.length} columns; expected at most ${columns.count}`);
    else input.add(number, fields[columns.orderId] ?? "", fields[columns.userId] || undefined);
  }
  delimiters.assertNone(source);
  return input.assertUsable(source);
}

function addJson(input: Input, line: number, text: string): void {
  const value = parseJson(text) as Json | undefined;
  if (!value) return input.reject(line, null, "the line begins with { but is not a JSON object");
  const result = readResult(value);
  if (result?.isDone) input.addDone(result.orderId, result.userId);
  else input.add(line, value["order_id"], value["user_id"] ?? undefined, result?.mayBeMarked);
}
