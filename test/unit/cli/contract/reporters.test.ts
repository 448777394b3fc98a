import { DOMParser, type Document, type Element } from "@xmldom/xmldom";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quote } from "../../../../src/cli/text.js";
import { makeReport, resultOf, type Result } from "../../../../src/cli/contract/report.js";
import { REPORTERS } from "../../../../src/cli/contract/reporters.js";

const { text: textReport, json: jsonReport, junit: junitReport, github: githubReport } = REPORTERS;
const RUN = { baseUrl: "https://connect.example.com/v1", startedAt: "2026-11-27T13:00:00.123Z" };

const result = (status: number, change: Partial<Result> = {}): Result => ({
  operationId: "markMessagesAsRead",
  status,
  outcome: "passed",
  violations: [],
  furtherViolations: 0,
  durationMs: 1234,
  ...change,
});
const violation = (got: string, where = "markMessagesAsRead 404, body /error/code") => ({
  where,
  expected: "must be integer",
  got,
});

const NOT_EXERCISED = result(429, { outcome: "not exercised", durationMs: 0 });
const OF_TOKEN = { operationId: "generateAccessToken" };

const RESULTS = [
  result(200),
  result(401, { outcome: "inconclusive", reason: "The network failed (3 attempts)" }),
  result(404, {
    outcome: "violation",
    violations: [violation('"4000"'), violation('"k"', "markMessagesAsRead 404, body /meta")],
  }),
  NOT_EXERCISED,
  result(503, { outcome: "not exercised", durationMs: 0 }),
];
const REPORT = makeReport(RUN, RESULTS, [200, 429]);

describe("a report", () => {
  test.each<[string, readonly Result[], readonly number[], string, number]>([
    ["everything passed", [result(200), NOT_EXERCISED], [], "passed", 0],
    ["a violation and inconclusive results", RESULTS, [], "violation", 1],
    ["a violation and an unmet requirement", RESULTS, [429], "violation", 1],
    ["something inconclusive", RESULTS.slice(0, 2), [], "inconclusive", 3],
    ["a required status that was not exercised", [result(200), NOT_EXERCISED], [429], "passed", 3],
    ["a requirement that no result speaks of", [result(200)], [404], "passed", 3],
    ["a requirement that another operation meets", [result(404, OF_TOKEN)], [404], "passed", 3],
  ])("with %s", (_, results, required, outcome, exitStatus) => {
    expect(makeReport(RUN, results, required)).toMatchObject({ outcome, exitStatus });
  });

  test("counts each outcome, and lists the required statuses that did not pass", () => {
    expect(REPORT.counts).toEqual({ passed: 1, violation: 1, inconclusive: 1, "not exercised": 2 });
    expect(REPORT.unmet).toEqual([429]);
    expect(textReport(makeReport(RUN, [result(200)], [401, 429]))).toContain("required, but not passed: 401, 429\n");
  });
});

test("text: one line for each violation and each other result, one for everything not exercised, and a summary", () => {
  expect(textReport(REPORT)).toBe(`  passed        markMessagesAsRead 200
  inconclusive  markMessagesAsRead 401: The network failed (3 attempts)
  violation     markMessagesAsRead 404, body /error/code: must be integer, got "4000"
  violation     markMessagesAsRead 404, body /meta: must be integer, got "k"
  not exercised markMessagesAsRead 429, 503
contract: 1 passed, 1 with violations, 1 inconclusive, 2 not exercised; required, but not passed: 429
`);
});

test("text: an operation of which everything was asked has no line of what was not", () => {
  expect(textReport(makeReport(RUN, [result(200)]))).toBe(`  passed        markMessagesAsRead 200
contract: 1 passed, 0 with violations, 0 inconclusive, 0 not exercised
`);
});

test("json: the report itself", () => {
  expect(JSON.parse(jsonReport(REPORT))).toEqual({ ...REPORT, ...RUN, results: RESULTS, unmet: [429] });
});

test("github: an error for each violation, a warning for each inconclusive result, and a summary", () => {
  expect(githubReport(REPORT).split("\n")).toEqual([
    '::error title=Contract violation::markMessagesAsRead 404, body /error/code: must be integer, got "4000"',
    '::error title=Contract violation::markMessagesAsRead 404, body /meta: must be integer, got "k"',
    "::warning title=Contract check inconclusive::markMessagesAsRead 401: The network failed (3 attempts)",
    "::error title=Contract check::1 passed, 1 with violations, 1 inconclusive, 2 not exercised; required, but not passed: 429",
    "",
  ]);
  expect(githubReport(makeReport(RUN, [result(200)]))).toBe(
    "::notice title=Contract check::1 passed, 0 with violations, 0 inconclusive, 0 not exercised\n",
  );
});

test("github: a percent sign, which the runner takes for an escape, is escaped", () => {
  const report = makeReport(RUN, [result(404, { outcome: "violation", violations: [violation("100%0A::")] })]);
  expect(githubReport(report)).toContain("got 100%250A::\n");
});

test("github: at most ten annotations, and what is beyond that in plain lines", () => {
  const many = Array.from({ length: 30 }, (_, index) => violation(String(index)));
  const results = [result(404, { outcome: "violation", violations: many }), result(401, { outcome: "inconclusive" })];
  const lines = githubReport(makeReport(RUN, results)).split("\n");
  expect(lines.filter((line) => line.startsWith("::"))).toHaveLength(10);
  expect(lines.filter((line) => line.startsWith("Contract"))).toHaveLength(22);
});

test("violations that are not listed are counted, in every report", () => {
  const report = makeReport(RUN, [
    result(404, { outcome: "violation", violations: [violation("x")], furtherViolations: 70 }),
  ]);
  for (const print of [textReport, junitReport, githubReport])
    expect(print(report)).toContain("markMessagesAsRead 404: 70 more violations");
  expect(jsonReport(report)).toContain('"furtherViolations": 70');
});

test("junit: a status is required of markMessagesAsRead only", () => {
  expect(junitReport(makeReport(RUN, [{ ...NOT_EXERCISED, ...OF_TOKEN }], [429]))).toContain(
    '<skipped message="not exercised"></skipped>',
  );
});

describe("junit, read by an independent parser", () => {
  test("has a test case for each result, and matching counts", () => {
    const document = parse(junitReport(REPORT));
    const suite = document.documentElement as Element;
    expect([suite.tagName, attributesOf(suite)]).toEqual([
      "testsuite",
      { name: "instacart-chat contract", tests: "5", failures: "1", errors: "2", skipped: "1", time: "3.702" },
    ]);
    expect(all(document, "property").map(attributesOf)).toEqual([
      { name: "baseUrl", value: RUN.baseUrl },
      { name: "startedAt", value: RUN.startedAt },
    ]);
    const row = (status: number) => `markMessagesAsRead ${status}`;
    const message = 'markMessagesAsRead 404, body /error/code: must be integer, got "4000"';
    expect(
      all(document, "testcase").map((element) => [
        element.getAttribute("name"),
        element.getAttribute("time"),
        ...Array.from(element.childNodes, (node) => [(node as Element).tagName, attributesOf(node as Element)]),
      ]),
    ).toEqual([
      [row(200), "1.234"],
      [row(401), "1.234", ["error", { type: "inconclusive", message: `${row(401)}: The network failed (3 attempts)` }]],
      [row(404), "1.234", ["failure", { type: "violation", message }]],
      [row(429), "0.000", ["error", { type: "required", message: "required, but not passed" }]],
      [row(503), "0.000", ["skipped", { message: "not exercised" }]],
    ]);
    expect(all(document, "failure")[0]?.textContent?.split("\n")).toHaveLength(2);
  });

  // Both schemas reject what they do not name: https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report-3.0.xsd
  // and junit-10.xsd of Jenkins' xunit plugin.
  test("has only elements and attributes that the schemas of Surefire and Jenkins name", () => {
    const allowed: Record<string, readonly string[]> = {
      testsuite: ["name", "tests", "failures", "errors", "skipped", "time"],
      properties: [],
      property: ["name", "value"],
      testcase: ["classname", "name", "time"],
      failure: ["type", "message"],
      error: ["type", "message"],
      skipped: ["message"],
    };
    for (const element of all(parse(junitReport(REPORT)), "*"))
      expect([element.tagName, Object.keys(attributesOf(element))]).toEqual([
        element.tagName,
        allowed[element.tagName],
      ]);
  });
});

describe("the result for a status", () => {
  const seen = (outcome: Result["outcome"], change: Partial<Result> = {}) =>
    result(200, { outcome, durationMs: 1, ...change });
  const combine = (...observations: Result[]) => resultOf("markMessagesAsRead", 200, observations);

  test("is the worst that was seen of it, with the reason of that, and of no other status", () => {
    const others = [result(404, { outcome: "violation" }), seen("violation", OF_TOKEN)];
    expect(combine(...others)).toMatchObject({ outcome: "not exercised", durationMs: 0 });
    const passed = seen("passed", { reason: "seen by chance" });
    expect(combine(...others, passed)).toMatchObject({ outcome: "passed", reason: "seen by chance" });
    const inconclusive = seen("inconclusive", { reason: "no response" });
    expect(combine(passed, inconclusive, passed)).toMatchObject({ outcome: "inconclusive", reason: "no response" });
    expect(combine(inconclusive, seen("violation")).reason).toBeUndefined();
  });

  test("has each violation once, and sums up the others and the time", () => {
    const one = seen("violation", { violations: [violation("x")], furtherViolations: 2 });
    expect(combine(one, one)).toMatchObject({ violations: [violation("x")], furtherViolations: 4, durationMs: 2 });
  });
});

describe("no quoted text from a server", () => {
  const UNITS = ":: ##[ error ]]> < & ' \" %0A \u001b[2J \u0000 \ud800 \uffff \u202e \u0085 \u2028";
  const foreign = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...UNITS.split(" "), "\n", "\r"), maxLength: 20 }),
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
        expect(all(document, "error")[0]?.getAttribute("message")).toBe(`markMessagesAsRead 401: ${quote(text, [])}`);
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
