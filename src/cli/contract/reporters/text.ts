import { describeViolation, summarize, type ContractReport } from "../report.js";

/** For people: one line for each violation and for each other result, then a summary. */
export function textReport(report: ContractReport): string {
  const asked = report.results.filter(({ outcome }) => outcome !== "not asked");
  const lines = asked.flatMap(({ operationId, status, outcome, reason, violations }) =>
    violations.length > 0
      ? violations.map((violation) => line(outcome, describeViolation(violation)))
      : [line(outcome, `${operationId} ${status}${reason === undefined ? "" : `: ${reason}`}`)],
  );
  for (const operationId of new Set(report.results.map((result) => result.operationId))) {
    const others = report.results.filter((result) => result.operationId === operationId && !asked.includes(result));
    if (others.length > 0)
      lines.push(line("not asked", `${operationId} ${others.map(({ status }) => status).join(", ")}`));
  }
  return [...lines, `contract: ${summarize(report)}`, ""].join("\n");
}

function line(outcome: string, text: string): string {
  return `  ${outcome.padEnd(13)} ${text}`;
}
