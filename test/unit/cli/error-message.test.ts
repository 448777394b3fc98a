import { expect, test } from "vitest";
import { errorMessage } from "../../../src/cli/error-message.js";

test.each([
  ["an error", new Error("a\r\n  b\tc"), "a b c"],
  ["anything else that was thrown", "a\n\nb", "a b"],
])("%s is told in one line, without its breaks and indents", (_, error, expected) => {
  expect(errorMessage(error)).toBe(expected);
});
