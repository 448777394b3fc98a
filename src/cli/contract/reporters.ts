import { describeViolation, REQUIRED_OPERATION, type ContractReport, type Outcome, type Result } from "./report.js";

/** By the name that `--reporter` takes, how to print a report. */
export const REPORTERS = {
  text: textReport,
  json: (report: ContractReport) => `${JSON.stringify(report, null, 2)}\n`,
  junit: junitReport,
  github: githubReport,
};

/** For people: one line for each violation and for each other result, then a summary. */
function textReport(report: ContractReport): string {
  const { results } = report;
  const line = (outcome: Outcome, text: string) => `  ${outcome.padEnd(13)} ${text}`;
  const exercised = results.filter(({ outcome }) => outcome !== "not exercised");
  const lines = exercised.flatMap((result) => linesOf(result).map((text) => line(result.outcome, text)));
  for (const operationId of new Set(results.map((result) => result.operationId))) {
    const others = results.filter((result) => result.operationId === operationId && !exercised.includes(result));
    const statuses = others.map(({ status }) => status).join(", ");
    if (statuses !== "") lines.push(line("not exercised", `${operationId} ${statuses}`));
  }
  return [...lines, `contract: ${summarize(report)}`, ""].join("\n");
}

const MAX_ANNOTATIONS = 10; // GitHub shows no further ones of a step.

/** For GitHub Actions: workflow commands that annotate the run; what is beyond their limit is only in the log. */
function githubReport(report: ContractReport): string {
  const textsOf = (outcome: Outcome) => report.results.filter((one) => one.outcome === outcome).flatMap(linesOf);
  const all = [
    ...textsOf("violation").map((text) => ({ level: "error", title: "Contract violation", text })),
    ...textsOf("inconclusive").map((text) => ({ level: "warning", title: "Contract check inconclusive", text })),
  ];
  const level = report.unmet.length > 0 ? "error" : "notice";
  const summary = { level, title: "Contract check", text: summarize(report) };
  // The runner undoes this escape: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
  const command = ({ level, title, text }: typeof summary) =>
    `::${level} title=${title}::${text.replaceAll("%", "%25")}`;
  const others = all.splice(MAX_ANNOTATIONS - 1).map(({ title, text }) => `${title}: ${text}`);
  return [...all.map(command), command(summary), ...others, ""].join("\n");
}

/** For CI systems: JUnit XML by the schemas of Surefire and Jenkins. Violations are failures, inconclusive results errors. */
function junitReport({ results, unmet, baseUrl, startedAt }: ContractReport): string {
  const properties = Object.entries({ baseUrl, startedAt }).map(([name, value]) =>
    element("property", { name, value }),
  );
  const cases = results.map((result) => testCase(result, unmet));
  const count = (name: string) => cases.filter((text) => text.includes(`<${name} `)).length;
  const suite = {
    name: "instacart-chat contract",
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
    time: seconds(results.reduce((total, { durationMs }) => total + durationMs, 0)),
  };
  const content = [element("properties", {}, properties.join("")), ...cases].join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuite", suite, `\n${content}\n`)}\n`;
}

function testCase(result: Result, unmet: readonly number[]): string {
  const { operationId, status, outcome, durationMs } = result;
  const lines = linesOf(result);
  const [message = ""] = lines;
  const isRequired = operationId === REQUIRED_OPERATION && unmet.includes(status);
  const verdicts = {
    passed: "",
    // One failure lists all violations, since many readers show only one.
    violation: element("failure", { type: "violation", message }, escape(lines.join("\n"))),
    inconclusive: element("error", { type: "inconclusive", message }),
    "not exercised": isRequired
      ? element("error", { type: "required", message: "required, but not passed" })
      : element("skipped", { message: "not exercised" }),
  };
  const name = `${operationId} ${status}`;
  return element("testcase", { classname: operationId, name, time: seconds(durationMs) }, verdicts[outcome]);
}

/** @param content XML */
function element(name: string, attributes: Readonly<Record<string, string | number>>, content = ""): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(String(value))}"`);
  return `<${name}${list.join("")}>${content}</${name}>`;
}

/** `quote` has already replaced the characters that XML 1.0 forbids, even as references. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

/** A result in one line, or one for each of its violations. */
function linesOf({ operationId, status, reason, violations, furtherViolations }: Result): readonly string[] {
  const row = `${operationId} ${status}`;
  if (violations.length === 0) return [reason === undefined ? row : `${row}: ${reason}`];
  const further = furtherViolations > 0 ? [`${row}: ${furtherViolations} more violations`] : [];
  return [...violations.map(describeViolation), ...further];
}

function summarize({ counts, unmet }: ContractReport): string {
  const { passed, violation, inconclusive, "not exercised": notExercised } = counts;
  const total = `${passed} passed, ${violation} with violations, ${inconclusive} inconclusive, ${notExercised} not exercised`;
  return unmet.length === 0 ? total : `${total}; required, but not passed: ${unmet.join(", ")}`;
}
