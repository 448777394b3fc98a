import { describe, expect, test } from "vitest";
import { readArguments } from "../../../src/cli/arguments.js";
import { USAGE } from "../../../src/cli/usage.js";
import { UsageError } from "../../../src/cli/usage-error.js";

test("options are read by their names, and are absent unless given", () => {
  expect(readArguments(["mark-read", "a"])).toEqual({ action: "mark-read", orderIds: ["a"], concurrency: 8 });
  const given = ["--base-url=u", "--retailer-id=r", "--locale=l", "--treat-ids-as-internal", "--concurrency=3"];
  expect(readArguments(["mark-read", ...given, "a", "b", "--", "--c"])).toEqual({
    action: "mark-read",
    orderIds: ["a", "b", "--c"],
    concurrency: 3,
    baseUrl: "u",
    retailerId: "r",
    locale: "l",
    treatIdsAsInternal: true,
  });
});

test("a lone - stands for standard input", () => {
  expect(readArguments(["mark-read", "-"])).toMatchObject({ orderIds: "standard input" });
});

test("--help and --version come before any mistake but an unknown option", () => {
  expect(readArguments(["--help", "--concurrency=0"])).toEqual({ action: "help" });
  expect(readArguments(["no-command", "--version"])).toEqual({ action: "version" });
});

test.each(["1", "128", "007"])("--concurrency may be %s", (text) => {
  expect(readArguments(["mark-read", "a", "--concurrency", text])).toMatchObject({ concurrency: Number(text) });
});

describe("mistakes are usage errors that name them", () => {
  const concurrency = (text: string): [string, string[], string] => [
    `--concurrency ${text}`,
    ["mark-read", "a", `--concurrency=${text}`],
    `--concurrency must be an integer from 1 to 128, but is ${JSON.stringify(text)}`,
  ];
  test.each<[string, string[], string]>([
    ["no command", [], "a command is missing; the command is mark-read, see --help"],
    ["another command", ["read"], "read is not a command; the command is mark-read, see --help"],
    [
      "no order id",
      ["mark-read"],
      "the order id is missing: instacart-chat mark-read <order-id>, or - to read order ids from standard input",
    ],
    ...[
      ["-", "a"],
      ["a", "-"],
      ["-", "-"],
    ].map((ids): [string, string[], string] => [
      ids.join(" "),
      ["mark-read", ...ids],
      "- reads the order ids from standard input, so there can be no other order id beside it",
    ]),
    ...["0", "129", "-1", "1.5", "1e1", "0x8", " 8", "8 ", "many", ""].map(concurrency),
  ])("%s", (_, args, message) => {
    expect(() => readArguments(args)).toThrow(new UsageError(message));
  });

  test("an unknown option", () => {
    expect(() => readArguments(["mark-read", "a", "--token", "t"])).toThrow(UsageError);
  });
});

test("--help names every option and its default, in lines of at most 120 characters", () => {
  for (const name of ["base-url", "treat-ids-as-internal", "retailer-id", "locale", "concurrency", "help", "version"])
    expect(USAGE).toContain(`\n  --${name} `);
  expect(USAGE).toContain("1 to 128; default: 8");
  expect(Math.max(...USAGE.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});
