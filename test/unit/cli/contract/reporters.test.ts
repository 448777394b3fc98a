import { DOMParser, type Document, type Element } from "@xmldom/xmldom";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quote } from "../../../../src/cli/text.js";
import { makeReport, type Result } from "../../../../src/cli/contract/report.js";
import { githubReport } from "../../../../src/cli/contract/reporters/github.js";
import { jsonReport } from "../../../../src/cli/contract/reporters/json.js";
import { junitReport } from "../../../../src/cli/contract/reporters/junit.js";
import { textReport } from "../../../../src/cli/contract/reporters/text.js";

const RUN = { baseUrl: "https://connect.example.com/v1", startedAt: "2026-11-27T13:00:00.123Z" };

const result = (status: number, change: Partial<Result> = {}): Result => ({
  operationId: "markMessagesAsRead",
  status,
  outcome: "passed",
  violations: [],
  attempts: 1,
  durationMs: 1234,
  ...change,
});
const violation = (got: string, where = "markMessagesAsRead 404, body /error/code") => ({
  where,
  expected: "must be integer",
  got,
  foundBy: ["spec", "client"] as const,
});

const RESULTS = [
  result(200),
  result(401, { outcome: "inconclusive", reason: "The network failed (3 attempts)", attempts: 3 }),
  result(404, {
    outcome: "violation",
    violations: [violation('"4000"'), violation('"k"', "markMessagesAsRead 404, body /meta")],
  }),
  result(429, { outcome: "not asked", attempts: 0, durationMs: 0 }),
  result(503, { outcome: "not asked", attempts: 0, durationMs: 0 }),
];
const REPORT = makeReport(RUN, RESULTS, [200, 429]);

describe("a report", () => {
  test.each<[string, readonly Result[], readonly number[], string, number]>([
    ["everything passed", [result(200), result(429, { outcome: "not asked" })], [], "passed", 0],
    ["a violation and inconclusive results", RESULTS, [], "violation", 1],
    ["a violation and an unmet requirement", RESULTS, [429], "violation", 1],
    ["something inconclusive", RESULTS.slice(0, 2), [], "inconclusive", 3],
    ["a required status that was not asked", [result(200), result(429, { outcome: "not asked" })], [429], "passed", 3],
    ["a requirement that no result speaks of", [result(200)], [404], "passed", 3],
    [
      "a requirement that another operation meets",
      [result(404, { operationId: "generateAccessToken" })],
      [404],
      "passed",
      3,
    ],
  ])("with %s", (_, results, required, outcome, exitStatus) => {
    expect(makeReport(RUN, results, required)).toMatchObject({ outcome, exitStatus });
  });

  test("counts each outcome, and lists the required statuses that did not pass", () => {
    expect(REPORT.counts).toEqual({ passed: 1, violation: 1, inconclusive: 1, "not asked": 2 });
    expect(REPORT.unmet).toEqual([429]);
    expect(textReport(makeReport(RUN, [result(200)], [401, 429]))).toContain("required, but not passed: 401, 429\n");
  });
});

test("text: one line for each violation and each other result, one for everything not asked, and a summary", () => {
  expect(textReport(REPORT)).toBe(`  passed        markMessagesAsRead 200
  inconclusive  markMessagesAsRead 401: The network failed (3 attempts)
  violation     markMessagesAsRead 404, body /error/code: must be integer, got "4000" (found by spec and client)
  violation     markMessagesAsRead 404, body /meta: must be integer, got "k" (found by spec and client)
  not asked     markMessagesAsRead 429, 503
contract: 1 passed, 1 with violations, 1 inconclusive, 2 not asked; required, but not passed: 429
`);
});

test("text: an operation of which everything was asked has no line of what was not", () => {
  expect(textReport(makeReport(RUN, [result(200)]))).toBe(`  passed        markMessagesAsRead 200
contract: 1 passed, 0 with violations, 0 inconclusive, 0 not asked
`);
});

test("json: the report itself", () => {
  expect(JSON.parse(jsonReport(REPORT))).toEqual({
    ...RUN,
    outcome: "violation",
    exitStatus: 1,
    counts: REPORT.counts,
    unmet: [429],
    results: RESULTS,
  });
});

test("github: an error for each violation, a warning for each inconclusive result, and a summary", () => {
  expect(githubReport(REPORT).split("\n")).toEqual([
    "::warning title=Contract check inconclusive::markMessagesAsRead 401: The network failed (3 attempts)",
    '::error title=Contract violation::markMessagesAsRead 404, body /error/code: must be integer, got "4000" (found by spec and client)',
    '::error title=Contract violation::markMessagesAsRead 404, body /meta: must be integer, got "k" (found by spec and client)',
    "::error title=Contract check::1 passed, 1 with violations, 1 inconclusive, 2 not asked; required, but not passed: 429",
    "",
  ]);
  expect(githubReport(makeReport(RUN, [result(200)]))).toBe(
    "::notice title=Contract check::1 passed, 0 with violations, 0 inconclusive, 0 not asked\n",
  );
});

test("github: what the runner would take for an escape or the end of a command is escaped", () => {
  const report = makeReport(RUN, [result(404, { outcome: "violation", violations: [violation("100%\r\n::")] })]);
  expect(githubReport(report)).toContain("got 100%25%0D%0A:: (found by");
});

test("junit: one element for each result that passed, on a line of its own", () => {
  expect(junitReport(makeReport(RUN, [result(200)])).split("\n")).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    expect.stringMatching(/^<testsuites /),
    expect.stringMatching(/^ {2}<testsuite /),
    '    <testcase classname="markMessagesAsRead" name="markMessagesAsRead 200" time="1.234"/>',
    "  </testsuite>",
    "</testsuites>",
    "",
  ]);
});

test("junit: a status is required of markMessagesAsRead only", () => {
  const other = result(429, { operationId: "generateAccessToken", outcome: "not asked" });
  expect(junitReport(makeReport(RUN, [other], [429]))).toContain('<skipped message="not asked"/>');
});

describe("junit, read by an independent parser", () => {
  test("has a test case for each result, and matching counts", () => {
    const document = parse(junitReport(REPORT));
    const [suites, suite] = [document.documentElement as Element, all(document, "testsuite")[0] as Element];
    expect(suites.tagName).toBe("testsuites");
    for (const element of [suites, suite]) {
      expect(attributesOf(element)).toMatchObject({
        tests: "5",
        failures: "1",
        errors: "2",
        skipped: "1",
        time: "3.702",
      });
    }
    expect(attributesOf(suite)).toMatchObject({
      name: "instacart-chat contract",
      timestamp: "2026-11-27T13:00:00",
      hostname: "connect.example.com",
    });
    expect(
      all(document, "testcase").map((element) => [
        element.getAttribute("name"),
        element.getAttribute("time"),
        ...Array.from(element.childNodes, (node) => node as Element)
          .filter(({ tagName }) => tagName)
          .map((child) => [child.tagName, child.getAttribute("type"), child.getAttribute("message")]),
      ]),
    ).toEqual([
      ["markMessagesAsRead 200", "1.234"],
      ["markMessagesAsRead 401", "1.234", ["error", "inconclusive", "The network failed (3 attempts)"]],
      [
        "markMessagesAsRead 404",
        "1.234",
        [
          "failure",
          "violation",
          'markMessagesAsRead 404, body /error/code: must be integer, got "4000" (found by spec and client)',
        ],
      ],
      ["markMessagesAsRead 429", "0.000", ["error", "required", "required, but not passed"]],
      ["markMessagesAsRead 503", "0.000", ["skipped", null, "not asked"]],
    ]);
    expect(all(document, "failure")[0]?.textContent?.split("\n")).toHaveLength(2);
  });
});

describe("no quoted text from a server", () => {
  const foreign = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom(
        "\n",
        "\r",
        "::",
        "##[",
        "error",
        "]]>",
        "<",
        "&",
        "'",
        '"',
        "%0A",
        "\u001b[2J",
        "\u0000",
        "\ud800",
        "\uffff",
        "\u202e",
        "\u0085",
        "\u2028",
      ),
      maxLength: 20,
    }),
  );
  const reportOn = (text: string) => {
    const quoted = quote(text, []);
    return makeReport(RUN, [
      result(404, { outcome: "violation", violations: [violation(quoted)] }),
      result(401, { outcome: "inconclusive", reason: quoted }),
    ]);
  };

  test("breaks the XML or is changed by it", () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const document = parse(junitReport(reportOn(text)));
        expect(all(document, "error")[0]?.getAttribute("message")).toBe(quote(text, []));
        expect(all(document, "testcase")).toHaveLength(2);
      }),
    );
  });

  test("forges a workflow command or an annotation, in any report", () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const report = reportOn(text);
        expect(githubReport(report).match(/^::/gm)).toHaveLength(3);
        expect(githubReport(report).split("\n")).toHaveLength(4);
        for (const print of [textReport, jsonReport, junitReport]) expect(print(report)).not.toMatch(/^\s*::/m);
        for (const print of [textReport, jsonReport, junitReport, githubReport])
          expect(print(report)).not.toContain("##");
      }),
    );
  });

  test("loses a number sign", () => {
    expect(quote("##[error]", [])).toBe("#\\u0023[error]");
  });

  test("controls a terminal or is invisible on it", () => {
    fc.assert(
      fc.property(foreign, (text) => {
        for (const print of [textReport, jsonReport, junitReport, githubReport])
          expect(print(reportOn(text)).replace(/[\n ]/g, "")).not.toMatch(
            /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u,
          );
      }),
    );
  });

  test("shows a secret, or part of one where it is cut off", () => {
    const secret = "the-secret-0123456789";
    expect(quote(`${"x".repeat(70)}${secret}`, [secret])).toBe(`${"x".repeat(70)}[redacted]`);
    expect(quote(`${"x".repeat(75)}${secret}`, [secret])).toBe(`${"x".repeat(75)}[reda…`);
    expect(quote(`%22${encodeURIComponent(secret)}\u001b`, [secret])).toBe("%22[redacted]\\u001b");
  });
});

function parse(xml: string): Document {
  const onError = (level: string, message: string) => {
    throw new Error(`${level}: ${message}`);
  };
  return new DOMParser({ onError }).parseFromString(xml, "text/xml");
}

function all(document: Document, name: string): Element[] {
  return Array.from(document.getElementsByTagName(name));
}

function attributesOf(element: Element): Record<string, string> {
  return Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value]));
}
