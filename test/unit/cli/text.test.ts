import { expect, test } from "vitest";
import { errorMessage, errorText, failureKind, quote, safeJson, safeText } from "../../../src/cli/text.js";

test.each([
  ["escapes", "\u001b[31m\u009b1m\u007f", "\\u001b[31m\\u009b1m\\u007f"],
  ["marks that reorder text", "\u202eabc\u2066\u200f", "\\u202eabc\\u2066\\u200f"],
  [
    "invisible characters",
    "a\u200bb\ufeff\u00ad\u3164\ufe0f\u{e0041}",
    "a\\u200bb\\ufeff\\u00ad\\u3164\\ufe0f\\udb40\\udc41",
  ],
  ["spaces other than the common one, and line breaks", "a b\u00a0c\u2028\n", "a b\\u00a0c\\u2028\\u000a"],
  ["half a character", "\ud800", "\\ud800"],
])("safeText makes %s visible", (_, text, expected) => {
  expect(safeText(text)).toBe(expected);
});

test("safeText keeps letters, combining marks, emoji and addresses", () => {
  const text = 'é e\u0301 日本 🛒 שלום "\\\\ #1 a:b ::1 10:20';
  expect(safeText(text)).toBe(text);
});

test.each(["##[error]x", "a ##vso[task.setvariable]x", "###[group]", "::error::x", "  ::Stop-Commands::x"])(
  "safeText breaks the command that a CI system would read in %j, and safeJson keeps its value",
  (text) => {
    expect(safeText(text)).not.toMatch(/##|::[a-z]/i);
    expect(safeJson({ [text]: text })).not.toMatch(/##|::[a-z]/i);
    expect(JSON.parse(safeJson({ [text]: text }))).toEqual({ [text]: text });
  },
);

test("safeJson returns printable text that parses to the same value", () => {
  const value = { id: 'a\u0000\u001b[31m\u202e\u{e0041}\ud800"\\\n é🛒' };
  expect(safeJson(value)).toMatch(/^[\x20-\x7eé🛒]+$/u);
  expect(JSON.parse(safeJson(value))).toEqual(value);
});

test("quote redacts before it cuts, and counts characters rather than code units", () => {
  expect(quote("a-secret-value\u001b", ["a-secret-value"])).toBe("[redacted]\\u001b");
  expect(quote("🛒🛒🛒", [], 2)).toBe("🛒🛒…");
});

test.each([
  ["an error", new Error("a\r\n  b\tc"), "a b c"],
  ["anything else that was thrown", "a\n\nb", "a b"],
  ["what a terminal would obey", new Error("\u001b[31mred"), "\\u001b[31mred"],
])("errorMessage shows %s on one safe line", (_, error, expected) => {
  expect(errorMessage(error)).toBe(expected);
});

test.each([
  [
    "baseUrl must be an https URL. http is allowed only with allowInsecureHttp.",
    "INSTACART_BASE_URL must be an https URL. http is allowed only with --allow-insecure-http.",
  ],
  ["accessToken is missing, or a function that returns it", "INSTACART_ACCESS_TOKEN is missing"],
  ["orderId must not be empty", "order_id must not be empty"],
  ["timeoutMs must be an integer", "--timeout must be an integer"],
])("the message of an invalid option uses the command's names: %s", (message, expected) => {
  expect(errorText(new TypeError(message))).toBe(expected);
});

test("a command can name an option in its own way, and other errors keep their words", () => {
  expect(errorText(new TypeError("baseUrl is bad"), { baseUrl: "--base-url" })).toBe("--base-url is bad");
  expect(errorText(new Error("the baseUrl of orderId"))).toBe("the baseUrl of orderId");
});

test("failureKind names an error in a few words", () => {
  const error = (properties: object) => Object.assign(new Error("no"), properties);
  expect(
    [
      error({ name: "ApiError", httpStatus: 404, code: 4000 }),
      error({ name: "NetworkError", code: "ECONNRESET" }),
      new RangeError("no"),
      "no",
    ].map(failureKind),
  ).toEqual(["ApiError, status 404, code 4000", "NetworkError, code ECONNRESET", "RangeError", "error"]);
});
