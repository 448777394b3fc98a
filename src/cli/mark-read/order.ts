import type { MessagesRead } from "../../index.js";

/** One order of the input. There may be 100,000, so it holds little. */
export interface Order {
  readonly orderId: string;
  /** `undefined` if the order is sent with the run's own token. */
  readonly userId: string | undefined;
  /** Its position in the sequence of the run, which the queue sets. */
  position: number;
  /** How many requests this run has sent for it. */
  attempts: number;
  /** Whether a request may have marked its messages, in an earlier run or in this one. */
  mayBeMarked: boolean;
  /** When its own `Retry-After` is over. */
  waitsUntil: number;
  /** When its back-off is over, and its `Retry-After`. */
  retryAt: number;
}

/** What became of an order. */
export type Outcome = { readonly data: MessagesRead } | { readonly error: unknown };

export function createOrder(orderId: string, userId?: string, mayBeMarked = false): Order {
  return { orderId, userId, position: 0, attempts: 0, mayBeMarked, waitsUntil: 0, retryAt: 0 };
}

/** The same for the same order of the same user. Ids have no line breaks. */
export function orderKey({ orderId, userId }: Pick<Order, "orderId" | "userId">): string {
  return `${orderId}\n${userId ?? ""}`;
}
