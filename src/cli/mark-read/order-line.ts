/** Far more than a result line ever has. */
export const MAX_LINE_CHARACTERS = 1_000_000;
const MAX_ID_CHARACTERS = 4096;

/** An order to send, from a line of the input or from an argument. */
export interface Order {
  readonly orderId: string;
  readonly userId?: string;
  /** How many requests earlier runs sent for it, as far as we know. */
  readonly earlierAttempts: number;
}

/** A line or an argument that cannot be sent. */
export class LineError extends Error {
  override readonly name = "LineError";
  readonly orderId: string | null;

  constructor(message: string, orderId: string | null = null) {
    super(message);
    this.orderId = orderId;
  }
}

/**
 * Reads `order_id`, `order_id<TAB>user_id`, or a JSON object with `order_id` and optionally `user_id`, such as a result
 * of an earlier run.
 *
 * @returns `"done"` for a result with a count
 * @throws LineError
 */
export function parseLine(line: string): Order | "done" {
  if (line.length > MAX_LINE_CHARACTERS)
    throw new LineError(`the line is longer than ${MAX_LINE_CHARACTERS} characters`);
  const [first] = line.trimStart();
  if (first === "{") return parseJson(line);
  if (first === '"') throw new LineError("the line begins with a quotation mark; write order ids without quotes");
  const [orderId = "", userId, ...others] = line.split("\t").map((field) => field.trim());
  if (orderId === "") throw new LineError("the line begins with a tab, so order_id is empty");
  if (others.length > 0)
    throw new LineError(`the line has ${others.length + 2} fields; expected order_id, or order_id<TAB>user_id`);
  return readOrder(orderId, userId || undefined);
}

function parseJson(line: string): Order | "done" {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw new LineError("the line begins with { but is not a JSON object");
  }
  const { order_id: orderId, user_id: userId, messages_read_count: count, error, attempts = 1 } = value;
  if (typeof orderId !== "string") throw new LineError("order_id must be a string");
  if (typeof (userId ?? "") !== "string") throw new LineError("user_id must be a string");
  if (count !== undefined) return "done";
  const earlierAttempts = error !== undefined && Number.isInteger(attempts) ? Number(attempts) : 0;
  return readOrder(orderId, userId as string | undefined, earlierAttempts);
}

/**
 * Rejects an id that was not read as it was written, and could be another order's id.
 *
 * @throws LineError
 */
export function readOrder(orderId: string, userId?: string | null, earlierAttempts = 0): Order {
  for (const [name, id = ""] of Object.entries({ order_id: orderId, user_id: userId ?? "" })) {
    if (id.length > MAX_ID_CHARACTERS)
      throw new LineError(`${name} must not be longer than ${MAX_ID_CHARACTERS} characters`, orderId);
    if (id.includes("\uFFFD")) throw new LineError(`${name} must be UTF-8`, orderId);
  }
  return { orderId, ...(userId != null && { userId }), earlierAttempts };
}
