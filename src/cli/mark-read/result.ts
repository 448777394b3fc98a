import { isChatClientError } from "../../index.js";
import { errorText, safeJson } from "../text.js";
import { mayHaveMarked } from "../scheduler/failure.js";
import type { InvalidLine, Order, Outcome } from "../scheduler/order.js";

/** What a line of results says about an order. */
export interface Result {
  readonly orderId: string;
  readonly userId: string | undefined;
  /** Whether it has a count. Otherwise the order failed. */
  readonly isDone: boolean;
  /** Whether a request that failed may have marked messages. */
  readonly mayBeMarked: boolean;
}

/** JSON of unknown shape. */
export type Json = Readonly<Record<string, unknown>>;

const ERROR_FIELDS = ["name", "message", "httpStatus", "code", "retryAfterMs", "retryable"];

/** The result of an order as a line of JSON. */
export function resultLine({ orderId, userId, attempts, mayBeMarked }: Order, outcome: Outcome): string {
  const isDone = "data" in outcome;
  return `${safeJson({
    order_id: orderId,
    user_id: userId,
    ...(isDone ? { messages_read_count: outcome.data.messages_read_count } : { error: summarize(outcome.error) }),
    ...(attempts > 1 && { attempts }),
    ...(mayBeMarked && (isDone ? { is_lower_bound: true } : { may_be_marked: true })),
  })}\n`;
}

/** The result of a line of the input that cannot be sent. */
export function invalidLine({ orderId, line, message }: InvalidLine): string {
  return `${safeJson({ order_id: orderId, line, error: { name: "LineError", message } })}\n`;
}

function summarize(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields: Record<string, unknown> = isChatClientError(error) ? error.toJSON() : { name: error.name };
  return { ...Object.fromEntries(ERROR_FIELDS.map((name) => [name, fields[name]])), message: errorText(error) };
}

/** @returns `undefined` if it is not a result; tools write `null` for members that are absent */
export function readResult(value: unknown): Result | undefined {
  const {
    order_id: orderId,
    user_id: userId,
    messages_read_count: count,
    error,
    may_be_marked,
  } = Object(value) as Json;
  if (typeof orderId !== "string" || typeof (userId ?? "") !== "string") return undefined;
  const hasCount = Number.isSafeInteger(count) && (count as number) >= 0;
  if (!hasCount && error == null) return undefined;
  return {
    orderId,
    userId: (userId as string | null) || undefined,
    isDone: error == null,
    mayBeMarked: may_be_marked === true || mayHaveMarked(error),
  };
}

/** JSON has no `undefined`, so it can stand for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
