import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assertReadable,
  orderIdsFrom,
  orderIdsOf,
  type GivenOrderId,
} from "../../../../src/cli/mark-read/read-order-ids.js";

const never = new AbortController().signal;

async function read(...chunks: (string | Uint8Array)[]): Promise<GivenOrderId[]> {
  return collect(orderIdsFrom(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), never));
}

async function collect(ids: AsyncIterable<GivenOrderId>): Promise<GivenOrderId[]> {
  const all = [];
  for await (const id of ids) all.push(id);
  return all;
}

const at = (position: number, orderId: string) => ({ orderId, position });

test("arguments are order ids as they are, numbered from one", async () => {
  expect(await collect(orderIdsOf(["a", "", " b "]))).toEqual([at(1, "a"), at(2, ""), at(3, " b ")]);
});

describe("each line is an order id", () => {
  test.each<[string, string, GivenOrderId[]]>([
    ["one line", "a\n", [at(1, "a")]],
    ["no end of the last line", "a\nb", [at(1, "a"), at(2, "b")]],
    ["the ends of lines of Windows, and a byte order mark", "\uFEFFa\r\nb\r\n", [at(1, "a"), at(2, "b")]],
    ["empty lines and white space only, which are counted but left out", "\n\r\n \t\na\n\n", [at(4, "a")]],
    ["white space around an id, which is dropped, and within, which stays", " \ta b\u00A0 \n", [at(1, "a b")]],
    ["4096 characters, the white space among them", `${"a".repeat(4095)} \n`, [at(1, "a".repeat(4095))]],
    ["an id that is a dash", "-\n", [at(1, "-")]],
    ["nothing", "", []],
  ])("%s", async (_, text, expected) => {
    expect(await read(text)).toEqual(expected);
  });
});

test("however the input is cut into chunks, its order ids are the same", async () => {
  const line = fc.string({ unit: fc.constantFrom("a", " ", "\r", "\n", "é", "🛒", "\uFEFF"), maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(20)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.join("\n"));
      const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other), bytes.length];
      const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
      expect(await read(...chunks.filter(({ length }) => length > 0))).toEqual(await read(bytes));
    }),
  );
});

describe("an id that was not read as it was written is refused", () => {
  test("bytes that are not UTF-8", async () => {
    const [id] = await read(Buffer.from([0x61, 0xff, 0x0a]));
    expect(() => assertReadable(id?.orderId ?? "")).toThrow(new TypeError("orderId must be UTF-8"));
  });

  const tooLong = new TypeError("orderId must not be longer than 4096 characters");
  test.each<[string, string[]]>([
    ["a line that is too long", ["a".repeat(4097)]],
    ["one that comes in many chunks", Array.from({ length: 100 }, () => "a".repeat(1000))],
    ["one whose id stands behind too much white space", [" ".repeat(5000), "abc"]],
    ["one whose id could be cut within", [`${" ".repeat(4090)}abcdefghijkl`, "mno"]],
    ["one that has too much white space within", [`a${" ".repeat(5000)}`, "b"]],
  ])("%s, and the next line is not affected", async (_, chunks) => {
    const [first, second, ...others] = await read(...chunks, "\nb\n");
    expect(first?.orderId).toHaveLength(4097);
    expect(() => assertReadable(first?.orderId ?? "")).toThrow(tooLong);
    expect([second, others]).toEqual([at(2, "b"), []]);
  });

  test("a line that is too long and comes in one chunk with its end", async () => {
    const [first, second] = await read(`${"a".repeat(9000)}\nb\n`);
    expect([first?.orderId.length, second]).toEqual([4097, at(2, "b")]);
  });

  test("4096 characters are not too many", async () => {
    const [id] = await read("a".repeat(4096));
    expect(() => assertReadable(id?.orderId ?? "")).not.toThrow();
  });
});

test("no more is read than is asked for", async () => {
  let lines = 0;
  const input = new Readable({ highWaterMark: 1, read: () => void input.push(`${(lines += 1)}\n`) });
  const ids = orderIdsFrom(input, never);
  await ids.next();
  await ids.next();
  expect(lines).toBeLessThan(10);
  await ids.return(undefined);
  expect(input.destroyed).toBe(true);
});

test("an abort ends the reading while it waits for input, and lets go of the input", async () => {
  const controller = new AbortController();
  const input = new PassThrough();
  const ids = orderIdsFrom(input, controller.signal);
  const next = ids.next();
  controller.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(input.destroyed).toBe(true);
});

test("input that fails is an error", async () => {
  const input = new Readable({ read: () => void input.destroy(new Error("EIO")) });
  await expect(orderIdsFrom(input, never).next()).rejects.toThrow("EIO");
});
