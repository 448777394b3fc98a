import { expect, test } from "vitest";
import { safeJson, safeText } from "../../../src/cli/safe-text.js";

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
])("%s become visible", (_, text, expected) => {
  expect(safeText(text)).toBe(expected);
});

test("letters, combining marks and emoji stay unchanged", () => {
  expect(safeText('é e\u0301 日本 🛒 שלום "\\\\')).toBe('é e\u0301 日本 🛒 שלום "\\\\');
});

test("JSON still parses to the same value", () => {
  const value = { id: 'a\u0000\u001b[31m\u202e\u{e0041}\ud800"\\\n é🛒' };
  expect(safeJson(value)).toMatch(/^[\x20-\x7eé🛒]+$/u);
  expect(JSON.parse(safeJson(value))).toEqual(value);
});
