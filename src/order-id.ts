// Control characters, and halves of surrogate pairs, which no encoding can carry.
const UNSENDABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * Refuses an order id that would not arrive as it is: `.` and `..` would even change the path of the request.
 *
 * @throws TypeError
 */
export function assertOrderId(orderId: unknown): asserts orderId is string {
  const problem = problemOf(orderId);
  if (problem) throw new TypeError(`orderId must ${problem}`);
}

function problemOf(orderId: unknown): string | undefined {
  if (typeof orderId !== "string") return `be a string, not ${orderId && typeof orderId}`;
  if (!orderId.trim()) return "not be empty or white space only";
  if (/^\.\.?$/.test(orderId)) return `not be "${orderId}", which names another path`;
  return UNSENDABLE.test(orderId) ? "not contain control characters or lone surrogates" : undefined;
}
