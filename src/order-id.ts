// Control characters, and halves of surrogate pairs, which no encoding can carry.
const UNSENDABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * Refuses an order id that would not arrive as it is: `.` and `..` would even change the path of the request.
 *
 * @throws TypeError
 */
export function assertOrderId(orderId: unknown): asserts orderId is string {
  if (typeof orderId !== "string")
    throw new TypeError(`orderId must be a string, but is ${orderId === null ? "null" : `of type ${typeof orderId}`}`);
  if (orderId.trim() === "") throw new TypeError("orderId must not be empty or white space only");
  if (orderId === "." || orderId === "..")
    throw new TypeError(`orderId must not be "${orderId}", which names another path`);
  if (UNSENDABLE.test(orderId)) throw new TypeError("orderId must not contain control characters or lone surrogates");
}
