import { describeViolation, REQUIRED_OPERATION, type ContractReport, type Result } from "../report.js";

/** For CI systems: JUnit XML, with violations as failures and inconclusive results as errors. */
export function junitReport(report: ContractReport): string {
  const cases = report.results.map((result) => ({ result, verdict: verdictOf(result, report.unmet) }));
  const count = (name: string) =>
    cases.filter(({ verdict }) => verdict.some((element) => element.startsWith(`<${name} `))).length;
  const totals = {
    name: "instacart-chat contract",
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
    time: seconds(report.results.reduce((total, { durationMs }) => total + durationMs, 0)),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes(totals)}>`,
    `  <testsuite ${attributes({ ...totals, timestamp: report.startedAt.slice(0, 19), hostname: new URL(report.baseUrl).hostname })}>`,
    ...cases.flatMap(({ result, verdict }) => testCase(result, verdict)),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase({ operationId, status, durationMs }: Result, verdict: readonly string[]): readonly string[] {
  const start = `    <testcase ${attributes({ classname: operationId, name: `${operationId} ${status}`, time: seconds(durationMs) })}`;
  return verdict.length === 0
    ? [`${start}/>`]
    : [`${start}>`, ...verdict.map((element) => `      ${element}`), "    </testcase>"];
}

/** The elements of a test case. One failure lists all violations, because many readers show only one. */
function verdictOf(
  { operationId, status, outcome, reason = "", violations }: Result,
  unmet: readonly number[],
): readonly string[] {
  const lines = violations.map(describeViolation);
  if (outcome === "violation")
    return [
      `<failure ${attributes({ type: "violation", message: lines[0] ?? "" })}>${escape(lines.join("\n"))}</failure>`,
    ];
  if (outcome === "inconclusive") return [`<error ${attributes({ type: "inconclusive", message: reason })}/>`];
  if (outcome === "passed") return [];
  const isRequired = operationId === REQUIRED_OPERATION && unmet.includes(status);
  return isRequired
    ? [`<error ${attributes({ type: "required", message: "required, but not passed" })}/>`]
    : [`<skipped ${attributes({ message: "not asked" })}/>`];
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escape(String(value))}"`)
    .join(" ");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** `quote` has already replaced the characters that XML 1.0 forbids, even as references. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
