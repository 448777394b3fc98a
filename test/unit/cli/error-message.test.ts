import { expect, test } from "vitest";
import { errorMessage, errorText, failureKind } from "../../../src/cli/error-message.js";

test.each([
  ["an error", new Error("a\r\n  b\tc"), "a b c"],
  ["anything else that was thrown", "a\n\nb", "a b"],
  ["what a terminal would obey", new Error("\u001b[31mred"), "\\u001b[31mred"],
])("%s is one line that is safe to show", (_, error, expected) => {
  expect(errorMessage(error)).toBe(expected);
});

test.each([
  [
    "baseUrl must be an https URL, or http with allowInsecureHttp",
    "INSTACART_BASE_URL must be an https URL, or http with --allow-insecure-http",
  ],
  [
    "accessToken must be the access token, or a function that returns it",
    "INSTACART_ACCESS_TOKEN must be the access token",
  ],
  ["clientId must be a text", "INSTACART_CLIENT_ID must be a text"],
  ["clientSecret must be a text", "INSTACART_CLIENT_SECRET must be a text"],
  ["orderId must not be empty", "order_id must not be empty"],
  ["userId must not be empty", "user_id must not be empty"],
  ["retailerId must not be empty", "--retailer-id must not be empty"],
  ["nobody must rename this", "nobody must rename this"],
  ["the baseUrl must stay", "the baseUrl must stay"],
])("messages use the command's names for options: %s", (message, expected) => {
  expect(errorText(new TypeError(message))).toBe(expected);
});

test.each<[string, unknown, string]>([
  [
    "an error of the API",
    Object.assign(new Error("no"), { name: "ApiError", httpStatus: 404, code: 4000 }),
    "ApiError, status 404, code 4000",
  ],
  [
    "an error of the network",
    Object.assign(new Error("no"), { name: "NetworkError", code: "ECONNRESET" }),
    "NetworkError, code ECONNRESET",
  ],
  ["another error", new RangeError("no"), "RangeError"],
  ["anything else that was thrown", "no", "error"],
])("the kind of a failure is short: %s", (_, error, expected) => {
  expect(failureKind(error)).toBe(expected);
});
