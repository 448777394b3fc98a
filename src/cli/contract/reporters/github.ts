import { describeViolation, summarize, type ContractReport } from "../report.js";

/** For GitHub Actions: workflow commands that annotate the run. */
export function githubReport(report: ContractReport): string {
  const commands = report.results.flatMap(({ operationId, status, outcome, reason, violations }) => {
    if (outcome === "violation")
      return violations.map((violation) => command("error", "Contract violation", describeViolation(violation)));
    if (outcome === "inconclusive")
      return [command("warning", "Contract check inconclusive", `${operationId} ${status}: ${reason}`)];
    return [];
  });
  const level = report.unmet.length > 0 ? "error" : "notice";
  return [...commands, command(level, "Contract check", summarize(report)), ""].join("\n");
}

function command(level: "error" | "warning" | "notice", title: string, message: string): string {
  // The runner undoes these escapes: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
  const data = message.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  return `::${level} title=${title}::${data}`;
}
