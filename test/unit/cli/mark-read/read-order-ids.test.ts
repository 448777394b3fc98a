import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineError } from "../../../../src/cli/mark-read/order-line.js";
import { readArguments, readLines, type Entry } from "../../../../src/cli/mark-read/read-order-ids.js";

const never = new AbortController().signal;

async function collect(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const all = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

async function read(...chunks: (string | Uint8Array)[]) {
  let done = 0;
  const input = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  const entries = await collect(readLines(input, never, () => (done += 1)));
  return { entries, done };
}

const at = (position: number, orderId: string, userId?: string, earlierAttempts = 0): Entry => ({
  position,
  order: { orderId, ...(userId !== undefined && { userId }), earlierAttempts },
});

/** The problem with the only line. */
async function problemOf(text: string | Uint8Array): Promise<string> {
  const { entries } = await read(text);
  const [entry] = entries;
  return entry?.order instanceof LineError ? entry.order.message : "nothing";
}

test("arguments are used unchanged as order ids, numbered from one", async () => {
  expect(await collect(readArguments(["a", "", " b\tc "]))).toEqual([at(1, "a"), at(2, ""), at(3, " b\tc ")]);
});

describe("each line is an order", () => {
  test.each<[string, string, Entry[]]>([
    ["one line", "a\n", [at(1, "a")]],
    ["a last line without a line break", "a\nb", [at(1, "a"), at(2, "b")]],
    ["Windows line breaks and a byte order mark", "\uFEFFa\r\nb\r\n", [at(1, "a"), at(2, "b")]],
    ["empty lines and lines of white space, which are counted but skipped", "\n\r\n \t\na\n\n", [at(4, "a")]],
    ["white space around an id, which is removed, and within, which stays", "  a b\u00A0 \n", [at(1, "a b")]],
    ["a user after a tab", "a\tu1\r\n b \t u2 \nc\t\n", [at(1, "a", "u1"), at(2, "b", "u2"), at(3, "c")]],
    ["JSON", '{"order_id":" a "}\n{"user_id":"u","order_id":"b"}', [at(1, " a "), at(2, "b", "u")]],
    ["JSON with an empty user", '{"order_id":"a","user_id":null}', [at(1, "a")]],
    ["JSON behind white space", ' \t{"order_id":"a"}', [at(1, "a")]],
    [
      "a byte order mark or a carriage return in an id, which stay",
      "x\na\uFEFFb\rc\r\n",
      [at(1, "x"), at(2, "a\uFEFFb\rc")],
    ],
    ["as much white space as a line may have, which is skipped", `${" ".repeat(1_000_000)}\na`, [at(2, "a")]],
    ["all of these mixed", 'a\nb\tu\n{"order_id":"c"}', [at(1, "a"), at(2, "b", "u"), at(3, "c")]],
    ["a header", "order_id\na\n", [at(2, "a")]],
    ["a header with a user, after empty lines", "\norder_id\tuser_id\r\na\tu\n", [at(3, "a", "u")]],
    ["a header that is not on the first line, which is an id", "a\norder_id\n", [at(1, "a"), at(2, "order_id")]],
    ["an id that is a dash", "-\n", [at(1, "-")]],
    ["nothing", "", []],
  ])("%s", async (_, text, expected) => {
    expect((await read(text)).entries).toEqual(expected);
  });
});

test("results of an earlier run are done if they have a count; those with an error are sent again", async () => {
  const { entries, done } = await read(
    [
      '{"order_id":"a","messages_read_count":0}',
      '{"order_id":"b","user_id":"u","error":{"name":"TimeoutError"},"attempts":3}',
      '{"order_id":"c","error":{"name":"ApiError"}}',
      '{"order_id":"d","messages_read_count":2,"attempts":2,"is_lower_bound":true}',
    ].join("\n"),
  );
  expect([entries, done]).toEqual([[at(2, "b", "u", 3), at(3, "c", undefined, 1)], 2]);
});

test("however the input is split into chunks, its orders are the same", async () => {
  const line = fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "\t", "é", "🛒", "\uFEFF"), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(20)), async (lines, cuts) => {
      const bytes = Buffer.from(`x\n${lines.join("\n")}`);
      const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other), bytes.length];
      const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
      expect(await read(...chunks.filter(({ length }) => length > 0))).toEqual(await read(bytes));
    }),
  );
});

describe("a line that cannot be sent as written is reported, and the other lines are not affected", () => {
  const MAX_LINE = 1_000_000;
  test.each<[string, string | Uint8Array, string]>([
    ["bytes that are not UTF-8", Buffer.from([0x78, 0x0a, 0x61, 0xff]), "order_id must be UTF-8"],
    ["a user that is not UTF-8", Buffer.from([0x78, 0x0a, 0x61, 0x09, 0xff]), "user_id must be UTF-8"],
    ["an id that is too long", `x\n${"a".repeat(4097)}`, "order_id must not be longer than 4096 characters"],
    ["a line that is too long", `x\n${"a".repeat(MAX_LINE + 1)}`, "the line is longer than 1000000 characters"],
    [
      "an id behind too much white space",
      `x\n${" ".repeat(MAX_LINE)}abc`,
      "the line is longer than 1000000 characters",
    ],
    [
      "white space that is too long a line",
      `x\n${" ".repeat(MAX_LINE + 1)}`,
      "the line is longer than 1000000 characters",
    ],
    [
      "an id as long as a line may be",
      `x\n${"a".repeat(MAX_LINE)}`,
      "order_id must not be longer than 4096 characters",
    ],
    ["a tab without an id", "x\n\tuser", "the line begins with a tab, so order_id is empty"],
    ["more than two fields", "x\na\tb\tc", "the line has 3 fields; expected order_id, or order_id<TAB>user_id"],
    ["quotes", 'x\n"a"', "the line begins with a quotation mark; write order ids without quotes"],
    ["invalid JSON", "x\n{a}", "the line begins with { but is not a JSON object"],
    ["JSON without an id", 'x\n{"id":"a"}', "order_id must be a string"],
    ["JSON with a number as an id", 'x\n{"order_id":1}', "order_id must be a string"],
    ["JSON with a number as a user", 'x\n{"order_id":"a","user_id":1}', "user_id must be a string"],
  ])("%s", async (_, text, message) => {
    const { entries } = await read(text, "\nlast");
    expect(entries[1]).toEqual({ position: 2, order: expect.objectContaining({ name: "LineError", message }) });
    expect([entries[0], entries[2], entries[3]]).toEqual([at(1, "x"), at(3, "last"), undefined]);
  });

  test("an id of 4096 characters is not too long", async () => {
    expect(await problemOf("a".repeat(4096))).toBe("nothing");
  });
});

describe("input that cannot be read at all is one error that says what it is, before anything is sent", () => {
  const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");
  test.each<[string, string | Uint8Array, string]>([
    ["UTF-16", utf16("order-1\r\norder-2\r\n"), "standard input is UTF-16"],
    ["UTF-16 without a mark", Buffer.from("order-1\n", "utf16le"), "standard input is UTF-16"],
    ["big-endian UTF-16", utf16("order-1\n").swap16(), "standard input is UTF-16"],
    ["binary data", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), "standard input is binary data"],
    ["another encoding", Buffer.from("caf\xe9\n", "latin1"), "standard input is not UTF-8"],
    ["quoted CSV", '"order_id","user_id"\n"a","u"\n', "standard input is CSV"],
    ["CSV with a header", "order_id,user_id\na,u\n", "standard input is CSV"],
    ["a JSON array", '[{"order_id":"a"}]', "standard input is a JSON array"],
  ])("%s", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});

test("no more input is read than needed", async () => {
  let lines = 0;
  const input = new Readable({ highWaterMark: 1, read: () => void input.push(`${(lines += 1)}\n`) });
  const entries = readLines(input, never, () => {});
  await entries.next();
  await entries.next();
  expect(lines).toBeLessThan(10);
  await entries.return(undefined);
  expect(input.destroyed).toBe(true);
});

test("an abort stops reading even while waiting for input, and releases the input", async () => {
  const controller = new AbortController();
  const input = new PassThrough();
  const next = readLines(input, controller.signal, () => {}).next();
  controller.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(input.destroyed).toBe(true);
});

test("input that fails is an error", async () => {
  const input = new Readable({ read: () => void input.destroy(new Error("EIO")) });
  await expect(readLines(input, never, () => {}).next()).rejects.toThrow("EIO");
});
