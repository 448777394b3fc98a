import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { insertReport, guideReport } from "../../scripts/bench/report.js";
import { readResults } from "../../scripts/bench/results.js";
import { interleave } from "../../scripts/bench/rounds.js";
import { compare } from "../../scripts/bench/statistics.js";
import { table } from "../../scripts/bench/table.js";
import { root } from "../../scripts/common/paths.js";
import { runNode } from "../support/run-node.js";

test("CONTRIBUTING.md shows the figures of the last run", async () => {
  const guide = await readFile(join(root, "CONTRIBUTING.md"), "utf8");
  expect(insertReport(guide, guideReport(await readResults()))).toBe(guide);
});

test("a guide without a place for the figures is rejected", () => {
  expect(() => insertReport("# Title\n", "figures")).toThrow("CONTRIBUTING.md has no <!-- bench -->");
});

test("arguments are rejected before anything is measured", async () => {
  expect(await runNode([join(root, "scripts/bench/index.js"), "quick"])).toEqual({
    status: 1,
    stdout: "",
    stderr: "bench: it takes no arguments, but was given quick\n",
  });
});

describe("interleave", () => {
  test("measures everything once per round, and discards the warm-up", async () => {
    const measured: string[] = [];
    const measure = async (thing: string) => measured.push(thing);
    const costs = await interleave({ a: "A", b: "B" }, measure, { rounds: 3, warmUpRounds: 2 });
    for (let round = 0; round < 5; round += 1)
      expect(measured.slice(2 * round, 2 * round + 2).sort()).toEqual(["A", "B"]);
    expect(Object.values(costs).flat().sort()).toEqual([10, 5, 6, 7, 8, 9].sort());
  });
});

test("compare returns the median and quartiles of the figures and of their ratios within each round", () => {
  const result = compare({ base: [10, 20, 30, 40, 50], other: [20, 10, 60, 20, 100] }, "base");
  expect(result.base).toEqual({
    cost: { median: 30, lower: 20, upper: 40 },
    ratio: { median: 1, lower: 1, upper: 1 },
  });
  expect(result.other).toEqual({
    cost: { median: 20, lower: 20, upper: 60 },
    ratio: { median: 2, lower: 0.5, upper: 2 },
  });
  expect(compare({ base: [1, 2] }, "base").base.cost).toEqual({ median: 1.5, lower: 1.25, upper: 1.75 });
});

test("a table is Markdown with aligned columns, figures to the right", () => {
  expect(
    table([
      ["client", "µs"],
      ["a", "1.0"],
      ["another", "12.0"],
    ]),
  ).toBe(["| client  |   µs |", "| ------- | ---: |", "| a       |  1.0 |", "| another | 12.0 |"].join("\n"));
});
