import { expect, test } from "vitest";
import { MAX_LINE_BYTES, readLines } from "../../../src/cli/read-lines.js";

async function linesOf(...chunks: readonly string[]) {
  const lines = [];
  for await (const { text, start } of readLines(
    (async function* () {
      yield* chunks.map((chunk) => Buffer.from(chunk));
    })(),
  ))
    lines.push([text, start]);
  return lines;
}

test("a line may come in parts; a byte order mark at its beginning is no part of it", async () => {
  expect(await linesOf("\uFEFFa\uFEFFb\r", "\nc", "d\n\n", "e\r")).toEqual([
    ["a\uFEFFb", 0],
    ["cd", 10],
    ["", 13],
    ["e", 14],
  ]);
});

test("of a line that is too long, the beginning is kept", async () => {
  const part = "a".repeat(MAX_LINE_BYTES);
  const [long, after] = await linesOf(part, part, part, "\nb");
  expect([long?.[0], after]).toEqual([part + part, ["b", 3 * MAX_LINE_BYTES + 1]]);
});
