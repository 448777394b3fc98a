import { expect, test } from "vitest";
import { errorMessage, errorText } from "../../../src/cli/error-message.js";

test.each([
  ["an error", new Error("a\r\n  b\tc"), "a b c"],
  ["anything else that was thrown", "a\n\nb", "a b"],
  ["what a terminal would obey", new Error("\u001b[31mred"), "\\u001b[31mred"],
])("%s is one line that is safe to show", (_, error, expected) => {
  expect(errorMessage(error)).toBe(expected);
});

test("messages use the command's names for options", () => {
  expect(errorText(new TypeError("baseUrl must be an https URL, or http with allowInsecureHttp"))).toBe(
    "INSTACART_BASE_URL must be an https URL, or http with --allow-insecure-http",
  );
  expect(errorText(new TypeError("accessToken must be the access token, or a function that returns it"))).toBe(
    "INSTACART_ACCESS_TOKEN must be the access token",
  );
  expect(errorText(new TypeError("orderId must not be empty"))).toBe("order_id must not be empty");
  expect(errorText(new TypeError("nobody must rename this"))).toBe("nobody must rename this");
});
