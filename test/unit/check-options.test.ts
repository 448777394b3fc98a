import { expect, test } from "vitest";
import { createChatClient } from "../../src/index.js";
import { stubFetch } from "../support/stub-fetch.js";

test.each<[unknown, string]>([
  ["", "orderId must not be empty or white space only"],
  [" \t\n", "orderId must not be empty or white space only"],
  ["\u00a0\u2028", "orderId must not be empty or white space only"],
  [".", 'orderId must not be "."'],
  ["..", 'orderId must not be ".."'],
  ["a\nb", "orderId must not contain control characters or lone surrogates"],
  ["a\u0000", "orderId must not contain control characters or lone surrogates"],
  ["a\u007f", "orderId must not contain control characters or lone surrogates"],
  ["a\u0085", "orderId must not contain control characters or lone surrogates"],
  ["a\u200b", "orderId must not contain invisible characters, such as U+200B"],
  ["\u200ea", "orderId must not contain invisible characters, such as U+200E"],
  ["a\u2028b", "orderId must not contain invisible characters, such as U+2028"],
  ["a\u3164", "orderId must not contain invisible characters, such as U+3164"],
  ["a\u{e0041}", "orderId must not contain invisible characters, such as U+E0041"],
  ["\u2800", "orderId must not contain invisible characters, such as U+2800"],
  ["\ud800", "orderId must not contain control characters or lone surrogates"],
  ["a\udc00b", "orderId must not contain control characters or lone surrogates"],
  [undefined, "orderId must be a string, not undefined"],
  [null, "orderId must be a string, not null"],
  [0, "orderId must be a string, not 0"],
  [123, "orderId must be a string, not number"],
  [["a"], "orderId must be a string, not object"],
])("the order id %j is rejected before a token is requested or anything is sent", async (orderId, message) => {
  const { fetch, requests } = stubFetch();
  let asked = 0;
  const accessToken = () => String((asked += 1));
  const call = createChatClient({ accessToken, fetch }).markMessagesAsRead(orderId as string);
  await expect(call).rejects.toEqual(
    expect.objectContaining({ name: "TypeError", message: expect.stringContaining(message) }),
  );
  expect([requests.length, asked]).toEqual([0, 0]);
});
