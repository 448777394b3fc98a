import { expect, test } from "vitest";
import { createChatClient } from "../../src/index.js";
import { stubFetch } from "../support/stub-fetch.js";

test.each<[unknown, string]>([
  ["", 'orderId must not be empty, white space only, "." or ".."'],
  [" \t\n", 'orderId must not be empty, white space only, "." or ".."'],
  ["\u00a0\u2028", 'orderId must not be empty, white space only, "." or ".."'],
  [".", 'orderId must not be empty, white space only, "." or ".."'],
  ["..", 'orderId must not be empty, white space only, "." or ".."'],
  ["a\nb", "orderId must not contain U+000A (an invisible or control character, or a lone surrogate)"],
  ["a\u0000", "orderId must not contain U+0000 (an invisible or control character, or a lone surrogate)"],
  ["a\u007f", "orderId must not contain U+007F (an invisible or control character, or a lone surrogate)"],
  ["a\u0085", "orderId must not contain U+0085 (an invisible or control character, or a lone surrogate)"],
  ["a\u200b", "orderId must not contain U+200B (an invisible or control character, or a lone surrogate)"],
  ["\u200ea", "orderId must not contain U+200E (an invisible or control character, or a lone surrogate)"],
  ["a\u2028b", "orderId must not contain U+2028 (an invisible or control character, or a lone surrogate)"],
  ["a\u3164", "orderId must not contain U+3164 (an invisible or control character, or a lone surrogate)"],
  ["a\u{e0041}", "orderId must not contain U+E0041 (an invisible or control character, or a lone surrogate)"],
  ["\u2800", "orderId must not contain U+2800 (an invisible or control character, or a lone surrogate)"],
  ["\ud800", "orderId must not contain U+D800 (an invisible or control character, or a lone surrogate)"],
  ["a\udc00b", "orderId must not contain U+DC00 (an invisible or control character, or a lone surrogate)"],
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
