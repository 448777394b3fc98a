import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { countOrders, describeEmpty } from "../../../../src/cli/mark-read/standard-input.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "standard-input-"));
});
afterAll(() => rm(folder, { recursive: true }));

const opened: number[] = [];
afterEach(() => opened.splice(0).forEach((fd) => closeSync(fd)));

const stdinOf = (fd?: number, isTTY?: boolean) =>
  Object.assign(new PassThrough(), { ...(fd !== undefined && { fd }), ...(isTTY && { isTTY }) });
function open(path: string): number {
  const fd = openSync(path, "r");
  opened.push(fd);
  return fd;
}
async function pathOf(text: string): Promise<string> {
  const path = join(folder, "orders.txt");
  await writeFile(path, text);
  return path;
}
const fileWith = async (text: string) => open(await pathOf(text));
const never = new AbortController().signal;

describe("the orders of standard input are counted before they are read", () => {
  test.each([
    ["", 0],
    ["order_id\na\n\nb\n", 2],
    ['{"order_id":"a","messages_read_count":1}\n{"order_id":"b"}\n', 1],
  ])("if it is a file: %j", async (text, orders) => {
    const fd = await fileWith(text);
    expect(await countOrders(stdinOf(fd), never)).toBe(orders);
    expect(await countOrders(stdinOf(fd), never)).toBe(orders); // It has neither been consumed nor closed.
  });

  // Reading that is broken off closes the file, sooner or later.
  test("but not if nobody needs the number any more", async () => {
    const path = await pathOf("a\n");
    const controller = new AbortController();
    const counted = countOrders(stdinOf(openSync(path, "r")), controller.signal);
    controller.abort();
    expect(await counted).toBeUndefined();
  });

  test("but not if the format is unknown", async () => {
    const path = await pathOf('"a","b"\n');
    expect(await countOrders(stdinOf(openSync(path, "r")), never)).toBeUndefined();
  });

  test.skipIf(process.platform === "win32")("but not if it is something else than a file", async () => {
    expect(await countOrders(stdinOf(open(tmpdir())), never)).toBeUndefined();
    expect(await countOrders(stdinOf(open(devNull)), never)).toBeUndefined();
    expect(await countOrders(stdinOf(), never)).toBeUndefined();
    expect(await countOrders(stdinOf(1_000_000), never)).toBeUndefined();
  });
});

describe("that standard input has no orders is explained", () => {
  test("if it is empty, a terminal, or unknown", async () => {
    const reason = "standard input has no order ids";
    expect(describeEmpty(stdinOf(await fileWith("")))).toBe(reason);
    expect(describeEmpty(stdinOf())).toBe(reason);
    expect(describeEmpty(stdinOf(1_000_000))).toBe(reason);
    expect(describeEmpty(stdinOf(open(devNull), true))).toBe(reason);
  });

  test.skipIf(process.platform === "win32")("if it is closed or a folder", () => {
    expect(describeEmpty(stdinOf(open(devNull)))).toBe("standard input is closed or /dev/null");
    expect(describeEmpty(stdinOf(open(tmpdir())))).toBe("standard input is a folder; expected a file or a pipe");
  });
});
