import * as fs from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Journal } from "../../../../src/cli/mark-read/journal.js";
import { orderKey } from "../../../../src/cli/mark-read/order.js";
import { UsageError } from "../../../../src/cli/exit-status.js";

let folder: string;
let file: string;
let open: Journal[];
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "journal-"));
  file = join(folder, "results.jsonl");
  open = [];
});
afterEach(() => {
  for (const journal of open) journal.close();
  fs.rmSync(folder, { recursive: true });
});

async function openJournal(content?: string, path = file): Promise<Journal> {
  if (content !== undefined) fs.writeFileSync(path, content);
  const journal = await Journal.open(path);
  open.push(journal);
  return journal;
}

const DONE = '{"order_id":"a","messages_read_count":15}';
const FAILED = '{"order_id":"b","error":{"name":"ApiError","httpStatus":404}}';

describe("what the file says", () => {
  const [done, failed] = [
    { isDone: true, mayBeMarked: false },
    { isDone: false, mayBeMarked: false },
  ];
  const marked = { isDone: false, mayBeMarked: true };
  test.each<[string, string, object | undefined]>([
    ["a count is done", '"messages_read_count":15', done],
    ["0 is a count", '"messages_read_count":0', done],
    ["a tool's null is no error", '"user_id":null,"messages_read_count":15.0,"error":null', done],
    ["null is no count", '"messages_read_count":null,"error":{"httpStatus":429}', failed],
    ["a count with an error is not done", '"messages_read_count":1,"error":{"name":"TimeoutError"}', marked],
    ["a lost connection may have marked", '"error":{"name":"NetworkError","code":"ECONNRESET"}', marked],
    ["a refused one has not", '"error":{"name":"NetworkError","code":"ECONNREFUSED"}', failed],
    ["an earlier attempt may have marked", '"error":{"httpStatus":404},"may_be_marked":true', marked],
    ["neither count nor error is no result", '"messages_read_count":1.5', undefined],
    ["a negative count is none", '"messages_read_count":-1', undefined],
    ["a number is no user id", '"user_id":1,"messages_read_count":1', undefined],
  ])("%s", async (_, members, expected) => {
    const { results } = await openJournal(
      `{"order_id":"a",${members}}\n{"order_id":1,"messages_read_count":1}\n${FAILED}\n`,
    );
    expect([results.get(orderKey({ orderId: "a", userId: undefined })), results.has("1\n")]).toEqual([expected, false]);
  });

  test("any count of the same order and user counts, and each user's order is another one", async () => {
    const user = (id: string, rest: string) => `{"order_id":"a","user_id":"${id}",${rest}}\r\n`;
    const { results } = await openJournal(
      `\uFEFF${user("u1", '"error":{"name":"TimeoutError"}')}${user("u1", '"messages_read_count":1')}${user("u2", '"error":{}')}`,
    );
    expect(results.get(orderKey({ orderId: "a", userId: "u1" }))).toEqual({ isDone: true, mayBeMarked: true });
    expect(results.get(orderKey({ orderId: "a", userId: "u2" }))).toEqual({ isDone: false, mayBeMarked: false });
    expect(results.get(orderKey({ orderId: "a", userId: undefined }))).toBeUndefined();
  });
});

describe("the end of the file", () => {
  test.each([
    ["is kept", `${DONE}\n${FAILED}\n`, `${DONE}\n${FAILED}\n`],
    ["loses a line that was cut off", `${DONE}\n{"order_id":"ö-`, `${DONE}\n`],
    ["loses the only line, cut off", '{"order_id":"ö-', ""],
    ["loses zeros that a power cut left", `${DONE}\n\0\0\0`, `${DONE}\n`],
    ["gets the line break that it lacks", `${DONE}\n${FAILED}`, `${DONE}\n${FAILED}\n`],
    ["keeps a broken line that is complete", `${DONE}\n{"order_\n`, `${DONE}\n{"order_\n`],
  ])("%s", async (_, content, expected) => {
    const journal = await openJournal(content);
    journal.append(`${DONE}\n`);
    expect(fs.readFileSync(file, "utf8")).toBe(`${expected}${DONE}\n`);
  });

  test("broken lines are reported", async () => {
    const { notes } = await openJournal(`${DONE}\nx\ny\n1\nz\n{"order_id":"cu`);
    expect(notes).toEqual(["ignoring 4 lines without a result (2, 3, 4, …)", "removed a last line that was cut off"]);
  });
});

describe("a usage error leaves the file as it is", () => {
  test.each([
    ["a file of orders", "order-1\norder-2\n"],
    ["a file of orders without a line break", "order-1"],
    ["a brace", "{"],
    ["the beginning of another object", '{"order": "my note'],
    ["a note behind an order", 'a\n{"order_id":"my note'],
    ["orders as JSON", '{"order_id":"a"}\n'],
    ["UTF-16", Buffer.from(`${DONE}\n`, "utf16le").toString("latin1")],
  ])("%s", async (_, content) => {
    await expect(openJournal(content)).rejects.toThrow(/^--results .* holds no results \(line 1\)/);
    expect([fs.readFileSync(file, "latin1"), fs.existsSync(`${file}.lock`)]).toEqual([content, false]);
  });

  test("a folder, a device, a pipe, a folder that does not exist", async () => {
    fs.mkdirSync(file);
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const path of [file, "/dev/null", pipe])
      await expect(Journal.open(path)).rejects.toThrow(new UsageError(`--results ${path} is not a regular file`));
    await expect(Journal.open(join(folder, "none", "results"))).rejects.toThrow(/ENOENT/);
  });
});

describe("the lock", () => {
  test("keeps a second run from the file, under any of its names, until it is closed", async () => {
    const journal = await openJournal(`${DONE}\n`);
    fs.symlinkSync(file, join(folder, "link"));
    for (const path of [file, join(folder, "link")])
      await expect(Journal.open(path)).rejects.toThrow(
        /^--results .*: another run uses it; if none does, remove .*results\.jsonl\.lock$/,
      );
    journal.append(`${FAILED}\n`);
    open.pop()?.close();
    expect(fs.existsSync(`${file}.lock`)).toBe(false);
    expect((await openJournal()).results.size).toBe(2);
  });
});

test("what another program appends in the meantime is not overwritten", async () => {
  const journal = await openJournal("");
  fs.appendFileSync(file, "other\n");
  journal.append(`${DONE}\n`);
  expect(fs.readFileSync(file, "utf8")).toBe(`other\n${DONE}\n`);
});
