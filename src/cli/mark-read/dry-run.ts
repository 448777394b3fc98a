import { assertOrderId } from "../../check-options.js";
import { errorMessage } from "../text.js";
import { EXIT_STATUS } from "../exit-status.js";
import type { ProcessIO } from "../process-io.js";
import { UsageError } from "../usage-error.js";
import { LineError, type Order } from "./order-line.js";
import { readArguments, readLines } from "./read-order-ids.js";
import { describeEmpty } from "./standard-input.js";

const MAX_EXAMPLES = 10;

/**
 * Reads and checks all orders without sending anything, and prints what would be sent.
 *
 * @param check throws if the order's user is invalid
 * @returns the exit status
 */
export async function dryRun(
  orderIds: readonly string[] | "standard input",
  check: (order: Order) => void,
  io: ProcessIO,
): Promise<number> {
  const isInput = orderIds === "standard input";
  const counts = { valid: 0, invalid: 0, doneBefore: 0 };
  const users = new Set<string>();
  const say = (line: string) => io.stderr.write(`instacart-chat: ${line}\n`);
  const { signal } = new AbortController();
  const entries = isInput ? readLines(io.stdin, signal, () => (counts.doneBefore += 1)) : readArguments(orderIds);
  for await (const { position, order } of entries) {
    try {
      if (order instanceof LineError) throw order;
      assertOrderId(order.orderId);
      check(order);
      counts.valid += 1;
      if (order.userId !== undefined) users.add(order.userId);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      counts.invalid += 1;
      if (counts.invalid <= MAX_EXAMPLES) say(`${isInput ? "line" : "order id"} ${position}: ${errorMessage(error)}`);
    }
  }
  const { valid, invalid, doneBefore } = counts;
  if (valid + invalid + doneBefore === 0) {
    say(`nothing to do: ${describeEmpty(io.stdin)}`);
    return EXIT_STATUS.nothingToDo;
  }
  say(`would send ${valid} (${users.size} users), ${invalid} invalid, ${doneBefore} already done; nothing was sent`);
  return invalid > 0 ? EXIT_STATUS.failed : EXIT_STATUS.success;
}
