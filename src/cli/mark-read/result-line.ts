import { errorText, safeJson } from "../text.js";
import { isChatClientError } from "../../index.js";
import { LineError } from "./order-line.js";
import type { Entry } from "./read-order-ids.js";
import type { Outcome } from "./send-order.js";

const ERROR_FIELDS = ["name", "message", "status", "code", "retryAfterMs", "retryable"];

/**
 * The outcome as a line of JSON. If there was more than one attempt, it has `attempts`, and a count is a lower bound:
 * it excludes messages marked by an attempt whose response was lost.
 */
export function resultLine({ order, position }: Entry, outcome: Outcome): string {
  const { attempts } = outcome;
  const isLowerBound = "data" in outcome && attempts > 1;
  return `${safeJson({
    order_id: order.orderId,
    // An order that cannot be read has no id to find it by.
    ...(order.orderId === null && { line: position }),
    ...(!(order instanceof LineError) && { user_id: order.userId }),
    ...("data" in outcome
      ? { messages_read_count: outcome.data.messages_read_count }
      : { error: summarize(outcome.error) }),
    ...(attempts > 1 && { attempts }),
    ...(isLowerBound && { is_lower_bound: true }),
  })}\n`;
}

function summarize(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields: Record<string, unknown> = isChatClientError(error) ? error.toJSON() : { name: error.name };
  return { ...Object.fromEntries(ERROR_FIELDS.map((name) => [name, fields[name]])), message: errorText(error) };
}
