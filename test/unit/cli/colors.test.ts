import { expect, test } from "vitest";
import { stylerFor } from "../../../src/cli/colors.js";

test.each<[string, boolean | undefined, Record<string, string>, string]>([
  ["on a terminal", true, {}, "\u001b[31mtext\u001b[39m"],
  ["on a terminal with an empty NO_COLOR", true, { NO_COLOR: "", TERM: "xterm" }, "\u001b[31mtext\u001b[39m"],
  ["on a terminal with NO_COLOR", true, { NO_COLOR: "1" }, "text"],
  ["on a terminal without colors", true, { TERM: "dumb" }, "text"],
  ["in a file or a pipe", false, {}, "text"],
  ["in something unknown", undefined, {}, "text"],
])("text is only colored where that helps: %s", (_, isTTY, env, expected) => {
  expect(stylerFor(isTTY === undefined ? {} : { isTTY }, { env })("red", "text")).toBe(expected);
});
