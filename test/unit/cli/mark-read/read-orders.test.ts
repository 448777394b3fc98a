import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { readArguments, readOrders } from "../../../../src/cli/mark-read/read-orders.js";
import { readLines } from "../../../../src/cli/read-lines.js";
import { UsageError } from "../../../../src/cli/exit-status.js";

// One byte at a time, so that every line and every character is cut somewhere.
async function* bytesOf(input: string | Buffer) {
  for (const byte of Buffer.from(input)) yield Buffer.from([byte]);
}

const read = (input: string | Buffer) => readOrders(readLines(bytesOf(input)), "the input");

test.each<[string, string, unknown[]]>([
  ["ids", "a\nb/1\nö, x\n", ["a", "b/1", "ö, x"]],
  [
    "ids with Windows line breaks, a byte order mark, blank lines and blanks",
    "\uFEFFa\r\n\r\n  b \r\n \t\nc",
    ["a", "b", "c"],
  ],
  [
    "ids that begin like other formats",
    "BZh1-a\n%PDF-a\norder:1\n'a\n-b\n#1001\n1.a\nnull-1\n",
    ["BZh1-a", "%PDF-a", "order:1", "'a", "-b", "#1001", "1.a", "null-1"],
  ],
  ["a user who is called like a column", "1001\tuser\n", [["1001", "user"]]],
  ["columns", "a\tu1\nb\nc\t\nd\tu2\t\t\n", [["a", "u1"], "b", "c", ["d", "u2"]]],
  ["a header", "order_id\na\n", ["a"]],
  [
    "a header in another order, with further columns",
    "created\tUSER ID\tOrder-Id\n1\tu1\ta\n2\t\tb\n",
    [["a", "u1"], "b"],
  ],
  [
    "JSON Lines with other names",
    '{"orderId":"a","User ID":"u1","user":5}\n{"orderId":"b","messages_read_count":1}\n',
    [["a", "u1"]],
  ],
  ["a quoted header, and quotes in what is ignored", 'order_id\t"user_id"\tnote\na\tu1\t"b"\n', [["a", "u1"]]],
  ["columns like a user's", 'order_id\tuser_agent\tuser_email\na\tb\t"c"\n', ["a"]],
  ["an id with \\t in it", "store\\temp-1\n", ["store\\temp-1"]],
  ["JSON Lines", '{"order_id":"a","user_id":"u1","x":[1]}\n{"order_id":"b","user_id":null}\n', [["a", "u1"], "b"]],
  ["results with any text", '{"order_id":"a","error":{"message":"no ─ way"}}\n', ["a"]],
  ["all kinds of lines", 'order_id\tuser_id\na\tu1\n{"order_id":"b"}\nc\n', [["a", "u1"], "b", "c"]],
  ["the same order and user once", 'a\na\tu1\n{"order_id":"a"}\na\tu1\n', ["a", ["a", "u1"]]],
  [
    "results: what has a count is skipped",
    '{"order_id":"a","messages_read_count":1}\n{"order_id":"b","error":{}}\n{"order_id":"c","messages_read_count":null,"error":{}}\n',
    ["b", "c"],
  ],
  [
    "results: an order with a count is skipped, wherever it stands",
    '{"order_id":"a","error":{}}\n{"order_id":"a","messages_read_count":1}\n',
    [],
  ],
])("orders are read from %s", async (_, input, expected) => {
  const { orders } = await read(input);
  expect(orders.map(({ orderId, userId }) => (userId === undefined ? orderId : [orderId, userId]))).toEqual(expected);
});

test("what an earlier run may have marked is remembered, and how often an order is named", async () => {
  const { orders, duplicates, done } = await read(
    '{"order_id":"a","error":{"name":"TimeoutError"}}\nb\nb\n{"order_id":"c","messages_read_count":1}\n',
  );
  expect(orders).toMatchObject([{ mayBeMarked: true }, { mayBeMarked: false }]);
  expect([duplicates, done.size]).toEqual([1, 1]);
});

test.each<[string, string | Buffer, string]>([
  ["an invisible character", "a\u200b", "order_id must not contain U+200B"],
  ["a control character", "a\u0007", "order_id must not contain U+0007"],
  ["an invisible character in a user", "a\tu\u202e1", "user_id must not contain U+202E"],
  ["two dots", "..", "order_id must not be empty"],
  ["too many columns", "a\tb\tc", "the line has 3 columns; expected at most 2"],
  ["no id in its column", "\tu1", "order_id must not be empty"],
  ["a database's NULL", "\\N", "order_id must not be \\N, which stands for a missing value"],
  ["a database's NULL for a user", "a\tNULL", "user_id must not be NULL, which stands for a missing value"],
  ["a spreadsheet's word for nothing", "a\t#N/A", "user_id must not be #N/A, which stands for a missing value"],
  ["a number that a spreadsheet rounded", "1.23457E+12", "order_id must not be 1.23457E+12, which is a rounded number"],
  ["a spreadsheet's word for a lost value", "#REF!", "order_id must not be #REF!, which stands for"],
  ["another encoding", Buffer.from([0x61, 0xe9]), "order_id must be UTF-8"],
  ["a long id", "x".repeat(5000), "order_id must not be longer than 4096 characters"],
  ["broken JSON", '{"order_id":', "the line begins with { but is not a JSON object"],
  ["JSON without an id", '{"id":"a"}', "order_id must be a string, not undefined"],
  ["JSON with a number", '{"order_id":12}', "order_id must be a string, not number"],
  ["JSON with a customer", '{"order_id":"a","customer_id":"c1"}', "the line has customer_id, but not user_id"],
  ["JSON with another name for the user", '{"order_id":"a","user":"u1"}', "the line has user, but not user_id"],
  ["JSON with 0 for a user", '{"order_id":"a","user_id":0}', "user_id must be a string, not 0"],
  ["JSON with false for a user", '{"order_id":"a","user_id":false}', "user_id must be a string, not false"],
  ["JSON with no text for a user", '{"order_id":"a","user_id":""}', "user_id must not be empty"],
])("a line with %s cannot be sent, but the others can", async (_, line, message) => {
  const input = Buffer.concat([Buffer.from("ok\n"), Buffer.from(line), Buffer.from("\nok-2\n")]);
  const { orders, invalid } = await read(input);
  expect(orders.map(({ orderId }) => orderId)).toEqual(["ok", "ok-2"]);
  expect(invalid).toMatchObject([{ line: 2, message: expect.stringContaining(message) as string }]);
  await expect(read(line)).rejects.toThrow(new RegExp(`^nothing in the input can be sent; line 1: `));
});

describe("input that is plainly something else is a usage error that names the line", () => {
  const utf16 = (text: string, swap = false) =>
    swap ? Buffer.from(text, "utf16le").swap16() : Buffer.from(text, "utf16le");
  test.each<[string, string | Buffer, string]>([
    ["pretty-printed JSON", '{\n  "order_id": "a"\n}\n', "1 is JSON over several lines"],
    ["a pretty-printed array", '[\n  {"order_id": "a"},\n]\n', "1 is JSON over several lines"],
    ["a lone brace", "a\n}\n", "2 is JSON over several lines"],
    ["a JSON array", '[{"order_id":"a"}]\n', "1 is a JSON array"],
    ["JSON strings", '"a"\n"b"\n', "1 is quoted"],
    ["HTML", "<!DOCTYPE html>\n<html>\n", "1 is HTML or XML"],
    ["a page after a blank line", "\n  <html>", "2 is HTML or XML"],
    ["a PDF", "%PDF-1.7\n", "1 is a PDF or RTF document"],
    ["RTF", "{\\rtf1\\ansi\na\\par\n}", "1 is a PDF or RTF document"],
    ["bzip2", "BZh91AY&SY\u0001", "1 is compressed"],
    ["CSV with a comma in quotes", 'a,"x, y"\nb,z\n', "1 is CSV"],
    ["ids in single quotes", "'a'\n'b'\n", "1 is quoted"],
    ["ids in a word processor's quotes", "“a”\n", "1 is quoted"],
    ["columns of a fixed width", "order_id    user_id\na           u1\n", "1 is columns separated by"],
    ["the same in words", "Order ID   User ID\n", "1 is columns separated by spaces"],
    ["YAML", "orders:\n  - a\n", "1 is a list"],
    ["a list", "- a\n- b\n", "1 is a list"],
    ["a numbered list", "1. a\n2. b\n", "1 is a list"],
    ["numbered lines", "     1\ta\n     2\tb\n", "1 is a list"],
    ["counted lines", "      3 a\n      1 b\n", "1 is a list, as in YAML, or numbered lines"],
    ["bullets", "• a\n", "1 is a list"],
    ["YAML of one order", "id: a\n", "1 is a list"],
    ["a program's error", "cat: orders.txt: No such file or directory\n", "1 is an error message of a program"],
    ["curl's error", "curl: (6) Could not resolve host: x\n", "1 is an error message of a program"],
    ["a query", "SELECT id FROM orders;\n", "1 is SQL"],
    ["MySQL's end", "a\n2 rows in set (0.00 sec)\n", "2 is a table of a database client"],
    ["logfmt", "order_id=a user_id=u1\n", "1 is a list"],
    ["a comment", "a\n# b\n", "2 is a comment"],
    ["a script", "#!/bin/sh\n", "1 is a comment"],
    ["URLs", "https://server.example/orders/a\n", "1 is a URL"],
    ["an HTTP response", "HTTP/1.1 200 OK\ncontent-type: text/plain\n\na\n", "1 is a URL or an HTTP message"],
    ["a dump", "COPY public.orders (id) FROM stdin;\na\n", "1 is SQL"],
    ["a header of other names", "Order\tUser\na\tu1\n", "1 names other columns than order_id"],
    ["a header of another name", "Order Number\na\n", "1 names other columns than order_id"],
    ["a header with a sign", "Order #\na\n", "1 names other columns than order_id"],
    ["CSV with a header", "id;Order_ID\n1;a\n", "1 is CSV"],
    ["CSV without a header", "a,u1\nb,u2\n", "1 is CSV"],
    ["quoted CSV", '"a","u1"\n', "1 is quoted"],
    ["UTF-16 with a mark", utf16("\uFEFFa\r\nb\r\n"), "1 is UTF-16"],
    ["UTF-16", utf16("order-1\norder-2\n"), "1 is UTF-16"],
    ["UTF-16, the other way round", utf16("order-1\r\norder-2\r\n", true), "1 is UTF-16"],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), "1 is compressed"],
    ["zip", "PK\x03\x04\0\0", "1 is compressed"],
    ["zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), "1 is compressed"],
    ["a program", "\x7fELF\x02\0\0\0", "1 is binary data"],
    ["psql's table", " order_id | user_id \n----------+---------\n a | u1\n", "1 is CSV"],
    ["psql's end", "a\n(1 row)\n", "2 is a table of a database client"],
    ["psql's expanded table", "-[ RECORD 1 ]-\norder_id | a\n", "1 is a table of a database client"],
    ["MySQL's vertical table", "*** 1. row ***\norder_id: a\n", "1 is a table of a database client"],
    ["a table with drawn borders", "┌──────────┐\n│ order_id │\n", "1 is a table of a database client"],
    ["MySQL's table", "+----------+\n| order_id |\n+----------+\n", "1 is a table of a database client"],
    ["a second header", "order_id\na\norder_id\nb\n", "3 is a second header"],
    ["a header behind an order", "a\nORDER_ID\tUSER_ID\n", "2 is a second header"],
    ["a quoted user", 'a\t"u1"\n', "1 is quoted"],
    ["a spreadsheet's quotes", '="1001"\n', "1 is quoted"],
    ["a tab as two characters", "order_id\\tuser_id\n", "1 is columns with \\t between them as two characters"],
    ["SQL Server's end", "a\n(2 rows affected)\n", "2 is a table of a database client"],
    ["Oracle's end", "a\nno rows selected\n", "2 is a table of a database client"],
    ["psql's error", 'ERROR:  relation "orders" does not exist\n', "1 is an error message of a program"],
    ["a shell's error", "sh: 1: jq: not found\n", "1 is an error message of a program"],
    [
      "a header of other names, the order's last",
      "Email\tOrder Number\na@b\t1\n",
      "1 names other columns than order_id",
    ],
    [
      "a header of another name for the user",
      "order_id\tConnect User\n",
      "1 names no column user_id, but a similar one",
    ],
    ["a header of Instacart's user", "order_id\tinstacart_user_id\n", "1 names no column user_id, but a similar one"],
    ["a header of a uid", "order_id\tuid\n", "1 names no column user_id, but a similar one"],
    ["a header of a customer", "order_id\tCustomer ID\n", "1 names no column user_id, but a similar one"],
    ["a header with a column twice", "order_id\tuser_id\tOrder ID\n", "1 names a column twice"],
    ["a header with two users", "order_id\tuser_id\tUSER ID\n", "1 names a column twice"],
    ["a header without order_id", "user_id\tid\n", "1 names the column user_id, but not order_id"],
  ])("%s", async (_, input, message) => {
    const error = await read(input).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message.replace(/^\d/, "line $& of the input"));
  });
});

test("no line takes long to be judged", async () => {
  const startedAt = performance.now();
  for (const part of ["a", "-", "| ", "\0a", "a\0", " ", "{", "\t", ",", "}", "\uFFFD"]) {
    const line = Buffer.from(`${part.repeat(90_000 / part.length)}\u0001`);
    await readOrders(readLines(Readable.from([line])), "the input").catch(() => {});
  }
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

test("a line without an end takes no memory, and cannot be sent", async () => {
  const chunks = [...Array.from({ length: 100 }, () => Buffer.alloc(100_000, "a")), Buffer.from("\nb\n")];
  const { orders, invalid } = await readOrders(readLines(Readable.from(chunks)), "the input");
  expect(orders.map(({ orderId }) => orderId)).toEqual(["b"]);
  expect(invalid).toMatchObject([{ line: 1, orderId: null, message: "the line is longer than 100000 bytes" }]);
});

test("arguments are orders without users; if none can be sent, it is a usage error", () => {
  const { orders, invalid } = readArguments(["a", "", "a\tb", "c"]);
  expect(orders.map(({ orderId }) => orderId)).toEqual(["a", "c"]);
  expect(invalid.map(({ line, orderId }) => [line, orderId])).toEqual([
    [undefined, ""],
    [undefined, "a\tb"],
  ]);
  expect(() => readArguments(["", ".."])).toThrow(/^nothing in the command line can be sent; order_id must /);
});
