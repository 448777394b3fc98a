import { isChatClientError } from "../../index.js";
import { errorText, safeJson } from "../text.js";
import { mayHaveMarked } from "./failure.js";
import type { Order, Outcome } from "./order.js";

/** What a line of results says about an order. */
export interface Result {
  readonly orderId: string;
  readonly userId: string | undefined;
  /** Whether it has a count. Otherwise the order failed. */
  readonly isDone: boolean;
  /** Whether a request that failed may have marked messages. */
  readonly mayBeMarked: boolean;
}

/** A line of the input, or an argument, that cannot be sent. */
export class LineError extends Error {
  override readonly name = "LineError";
  readonly line: number | undefined;
  readonly orderId: string | null;

  constructor(message: string, line: number | undefined, orderId: string | null) {
    super(message);
    this.line = line;
    this.orderId = orderId;
  }
}

const ERROR_FIELDS = ["name", "message", "httpStatus", "code", "retryAfterMs", "retryable"];

/** The result of an order as a line of JSON. */
export function resultLine({ orderId, userId, attempts, mayBeMarked }: Order, outcome: Outcome): string {
  const isDone = "data" in outcome;
  return toLine({
    order_id: orderId,
    user_id: userId,
    ...(isDone ? { messages_read_count: outcome.data.messages_read_count } : { error: summarize(outcome.error) }),
    ...(attempts > 1 && { attempts }),
    ...(mayBeMarked && (isDone ? { is_lower_bound: true } : { may_be_marked: true })),
  });
}

export function invalidLine(error: LineError): string {
  return toLine({ order_id: error.orderId, line: error.line, error: summarize(error) });
}

function toLine(result: object): string {
  return `${safeJson(result)}\n`;
}

function summarize(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields: Record<string, unknown> = isChatClientError(error) ? error.toJSON() : { name: error.name };
  return { ...Object.fromEntries(ERROR_FIELDS.map((name) => [name, fields[name]])), message: errorText(error) };
}

/** @returns `undefined` if it is not a result; tools write `null` for members that are absent */
export function readResult(value: unknown): Result | undefined {
  const { order_id, user_id, messages_read_count, error, may_be_marked } = Object(value) as Record<string, unknown>;
  if (typeof order_id !== "string" || typeof (user_id ?? "") !== "string") return undefined;
  const hasCount = Number.isSafeInteger(messages_read_count) && Number(messages_read_count) >= 0;
  if (!hasCount && error == null) return undefined;
  const mayBeMarked = may_be_marked === true || mayHaveMarked(error);
  return { orderId: order_id, userId: (user_id as string | null) || undefined, isDone: error == null, mayBeMarked };
}

/** JSON has no `undefined`, so it can stand for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
