import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "../../../../src/cli/contract/read-json.js";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("reads what JSON.parse reads, as the same value", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const json = readJson(text);
      expect(json?.duplicates).toEqual([]);
      expect(plain(json?.value)).toEqual(plain(JSON.parse(text)));
    }),
  );
});

const NOT_JSON = ["", " ", "{} {}", '"\n"', "\ufeff1"]; // Beside those without a space.

test.each([
  ...NOT_JSON,
  ...String.raw`x {}x {'a':1} {"a":1,} [1,] 01 +1 1. .5 NaN Infinity "\x" /**/1 undefined`.split(" "),
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
  expect(readJson(text)).toMatchObject({ duplicates: [path], duplicateCount: 1 });
});

test.each(
  `0 -0 15 15.0 1.5e1 150e-1 0.1 1e21 9007199254740991 9007199254740992 5e-324 1E+2 0e999 10.50 1e-3 0.25
   0.10000000000000000001 0.12345678901234567890123 -1.5000000000000000000001`.split(/\s+/),
)("%s is a number that a double can hold, or no integer and read as the nearest double", (text) => {
  expect(readJson(text)?.value).toBe(Number(text));
});

test.each(
  "9007199254740993 9223372036854775807 -9007199254740993 15.0000000000000000001 1e400 -1e400 1e-400".split(" "),
)("%s is read as a symbol, since no double is the same integer", (text) => {
  const { value } = readJson(text) ?? {};
  expect([typeof value, (value as symbol).description]).toEqual(["symbol", text]);
});

test("names are pointed to below any number of levels, at most ten, and all are counted", () => {
  const deep = `${'{"a":['.repeat(20)}{"b":1,"b":2}${"]}".repeat(20)}`;
  expect(readJson(deep)?.duplicates).toEqual([`/…${"/0/a".repeat(4)}/0/b`]);
  const { duplicates, duplicateCount } = readJson(`{${'"a":1,"b":2,'.repeat(8)}"c":3}`) ?? {};
  expect([duplicates?.length, duplicateCount]).toEqual([10, 14]);
});
