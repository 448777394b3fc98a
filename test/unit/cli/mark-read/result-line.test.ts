import { expect, test } from "vitest";
import { concernsCredentials, resultLine } from "../../../../src/cli/mark-read/result-line.js";

test("a line of JSON has nothing that a terminal obeys, and means the same", () => {
  const orderId = "a\u0000\u001b[31m\u007f\u009b31m\u2028\u202e\u2066é🛒";
  const text = resultLine(orderId, { data: { messages_read_count: 15 } });
  expect(text).toMatch(/^[\x20-\x7eé🛒]+\n$/u);
  expect(JSON.parse(text)).toEqual({ order_id: orderId, messages_read_count: 15 });
});

test.each([undefined, null, "AccessTokenError", new Error("no"), { name: "AccessTokenError" }])(
  "%s, which is no error of the package, does not concern the credentials",
  (error) => {
    expect(concernsCredentials(error)).toBe(false);
  },
);
