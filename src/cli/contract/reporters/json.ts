import type { ContractReport } from "../report.js";

/** For programs: the report itself. */
export function jsonReport(report: ContractReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
