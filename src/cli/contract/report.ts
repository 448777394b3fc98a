/** The outcome for a documented response. A violation is the server's fault; an inconclusive result is nobody's. */
export type Outcome = "passed" | "violation" | "inconclusive" | "not asked";

/** What found a violation: the validators generated from the spec, or the client that reads the response. */
export type Finder = "spec" | "client";

/** One way in which a body breaks its schema. */
export interface Problem {
  /** A JSON pointer into the body. */
  readonly path: string;
  readonly message: string;
}

/** One way in which the server broke the contract. Each text is one line, without secrets, safe to print. */
export interface Violation {
  /** The operation, the status, and the part of the response. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly foundBy: readonly Finder[];
}

/** The result for one documented status of one operation. */
export interface Result {
  readonly operationId: string;
  readonly status: number;
  readonly outcome: Outcome;
  /** Why the outcome is what it is, unless that is obvious. */
  readonly reason?: string;
  readonly violations: readonly Violation[];
  /** How many requests were sent for it. */
  readonly attempts: number;
  readonly durationMs: number;
}

/** What `--reporter json` prints. The other reporters format the same data. */
export interface ContractReport {
  readonly baseUrl: string;
  /** As in ISO 8601. */
  readonly startedAt: string;
  readonly outcome: Exclude<Outcome, "not asked">;
  readonly exitStatus: 0 | 1 | 3;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** The statuses of `--require` that did not pass. */
  readonly unmet: readonly number[];
  /** One for each documented status of each operation. */
  readonly results: readonly Result[];
}

/** The operation that `--require` is about. */
export const REQUIRED_OPERATION = "markMessagesAsRead";

/**
 * @param required the statuses of `markMessagesAsRead` that must pass
 */
export function makeReport(
  { baseUrl, startedAt }: Pick<ContractReport, "baseUrl" | "startedAt">,
  results: readonly Result[],
  required: readonly number[] = [],
): ContractReport {
  const counts = { passed: 0, violation: 0, inconclusive: 0, "not asked": 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  const unmet = required.filter(
    (status) =>
      !results.some(
        (result) =>
          result.operationId === REQUIRED_OPERATION && result.status === status && result.outcome === "passed",
      ),
  );
  const outcome = counts.violation > 0 ? "violation" : counts.inconclusive > 0 ? "inconclusive" : "passed";
  const exitStatus = outcome === "violation" ? 1 : outcome === "inconclusive" || unmet.length > 0 ? 3 : 0;
  return { baseUrl, startedAt, outcome, exitStatus, counts, unmet, results };
}

/** A violation in one line. */
export function describeViolation({ where, expected, got, foundBy }: Violation): string {
  return `${where}: ${expected}, got ${got} (found by ${foundBy.join(" and ")})`;
}

/** The last line of a report. */
export function summarize({ counts, unmet }: ContractReport): string {
  const { passed, violation, inconclusive, "not asked": notAsked } = counts;
  const total = `${passed} passed, ${violation} with violations, ${inconclusive} inconclusive, ${notAsked} not asked`;
  return unmet.length === 0 ? total : `${total}; required, but not passed: ${unmet.join(", ")}`;
}
