import { describe, expect, test } from "vitest";
import { assertKnownFormat } from "../../../../src/cli/mark-read/input-format.js";

describe("the first line of another format is rejected by name", () => {
  test.each([
    ['"a","b"', "CSV"],
    ["order_id,user_id", "CSV"],
    ["order_id;user_id", "CSV"],
    ["order_id  ,user_id", "CSV"],
    ["OrderId,UserId", "CSV"],
    ["[", "a JSON array"],
    ["\0a\0\r", "UTF-16"],
    ["\uFFFD\uFFFDa\0", "UTF-16"],
    ["\0\0", "binary data"],
    ["\u0001a\0", "binary data"],
    ["a\0\u0001", "binary data"],
    ["\u007f", "binary data"],
    ["Stra\uFFFDe", "not UTF-8"],
  ])("%j is %s", (line, format) => {
    expect(() => assertKnownFormat(line)).toThrow(new RegExp(`^standard input is ${format}[,;]`));
  });

  test.each([
    "order-1",
    "order_id",
    "order_id\tuser_id",
    "a,b",
    "a[1]",
    'a"b',
    "my order_id,1",
    "order_idx,1",
    "Größe\tü",
  ])("%j may be an order", (line) => {
    expect(() => assertKnownFormat(line)).not.toThrow();
  });
});
