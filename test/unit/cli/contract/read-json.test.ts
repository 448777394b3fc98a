import fc from "fast-check";
import { expect, test } from "vitest";
import { InexactNumber, readJson } from "../../../../src/cli/contract/read-json.js";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("reads what JSON.parse reads, as the same value", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const json = readJson(text);
      expect(json?.problems).toEqual([]);
      expect(plain(json?.value)).toEqual(plain(JSON.parse(text)));
    }),
  );
});

test.each([
  "",
  " ",
  "x",
  "{}x",
  "{} {}",
  "{'a':1}",
  '{"a":1,}',
  "[1,]",
  "01",
  "+1",
  "1.",
  ".5",
  "NaN",
  "Infinity",
  '"\n"',
  '"\\x"',
  "/**/1",
  "\ufeff1",
  "undefined",
])("%j is not JSON", (text) => {
  expect(readJson(text)).toBeUndefined();
});

test.each([
  ['{"a":1,"a":1}', "/a"],
  ['{"a":1,"\\u0061":2}', "/a"],
  ['[{"b":{"a":1,"a":2}}]', "/0/b/a"],
  ['{"a/b~":1,"a/b~":1}', "/a~1b~0"],
  ['{"":1,"":1}', "/"],
  ['{"__proto__":1,"__proto__":1}', "/__proto__"],
])("%s has a duplicate name", (text, path) => {
  expect(readJson(text)?.problems).toEqual([{ path, message: "must be given once" }]);
});

test.each([
  "0",
  "-0",
  "15",
  "15.0",
  "1.5e1",
  "150e-1",
  "0.1",
  "1e21",
  "9007199254740991",
  "9007199254740992",
  "5e-324",
  "1E+2",
  "0e999",
  "10.50",
  "1e-3",
  "0.25",
])("%s is a number that a double can hold", (text) => {
  expect(readJson(text)?.value).toBe(Number(text));
});

test.each([
  "9007199254740993",
  "9223372036854775807",
  "-9007199254740993",
  "15.0000000000000000001",
  "1e400",
  "1e-400",
  "0.10000000000000000001",
  "0.12345678901234567890123",
])("%s is a number that no double can hold", (text) => {
  const value = readJson(text)?.value;
  expect(value).toEqual(new InexactNumber(text));
  expect(JSON.stringify({ value })).toBe(JSON.stringify({ value: text }));
});

test("JSON that is nested too deeply is a problem, not a crash", () => {
  expect(readJson("[".repeat(100_000) + "]".repeat(100_000))?.problems).toEqual([
    { path: "", message: "must not be nested thousands of levels deep" },
  ]);
});
