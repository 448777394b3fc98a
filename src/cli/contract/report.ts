/** The outcome for a documented response. A violation is the server's fault; an inconclusive result is nobody's. */
export type Outcome = "passed" | "violation" | "inconclusive" | "not exercised";

/** One way in which the server broke the contract. Each text is one line, without secrets, safe to print. */
export interface Violation {
  /** The operation, the status, and the part of the response. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}

/** The result for one documented status of one operation. */
export interface Result {
  readonly operationId: string;
  readonly status: number;
  readonly outcome: Outcome;
  /** Why the outcome is what it is, unless that is obvious. */
  readonly reason?: string | undefined;
  readonly violations: readonly Violation[];
  /** How many violations were found beyond these. */
  readonly furtherViolations: number;
  readonly durationMs: number;
}

/** What `--reporter json` prints. The other reporters format the same data. */
export interface ContractReport {
  readonly baseUrl: string;
  /** As in ISO 8601. */
  readonly startedAt: string;
  readonly outcome: Exclude<Outcome, "not exercised">;
  readonly exitStatus: 0 | 1 | 3;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** The statuses of `--require` that did not pass. */
  readonly unmet: readonly number[];
  /** One for each documented status of each operation. */
  readonly results: readonly Result[];
}

/** The operation that `--require` is about. */
export const REQUIRED_OPERATION = "markMessagesAsRead";

/** What a response, or a call, says about one documented status. Its texts may come from the server. */
export type Observation = Pick<Result, "operationId" | "status" | "outcome"> & Partial<Result>;

/** Combines all that is known of one documented status. A later observation does not undo an earlier, worse one. */
export function resultOf(operationId: string, status: number, observations: readonly Observation[]): Result {
  const own = observations.filter((one) => one.operationId === operationId && one.status === status);
  const seen = own.map(({ outcome }) => outcome);
  const outcome =
    (["violation", "inconclusive", "passed"] as const).find((one) => seen.includes(one)) ?? "not exercised";
  const violations = own.flatMap(({ violations = [] }) => violations);
  const sum = (of: "furtherViolations" | "durationMs") => own.reduce((total, one) => total + (one[of] ?? 0), 0);
  const row = { operationId, status, outcome } as const;
  return {
    ...row,
    reason: own.find((one) => one.outcome === outcome)?.reason,
    violations: [...new Map(violations.map((violation) => [describeViolation(violation), violation])).values()],
    furtherViolations: sum("furtherViolations"),
    durationMs: sum("durationMs"),
  };
}

/** @param required the statuses of `markMessagesAsRead` that must pass */
export function makeReport(
  run: Pick<ContractReport, "baseUrl" | "startedAt">,
  results: readonly Result[],
  required: readonly number[] = [],
): ContractReport {
  const counts = { passed: 0, violation: 0, inconclusive: 0, "not exercised": 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  const passed = results.filter((one) => one.operationId === REQUIRED_OPERATION && one.outcome === "passed");
  const unmet = required.filter((status) => !passed.some((one) => one.status === status));
  const outcome = counts.violation > 0 ? "violation" : counts.inconclusive > 0 ? "inconclusive" : "passed";
  const exitStatus = outcome === "violation" ? 1 : outcome === "inconclusive" || unmet.length > 0 ? 3 : 0;
  return { ...run, outcome, exitStatus, counts, unmet, results };
}

export function describeViolation({ where, expected, got }: Violation): string {
  return `${where}: ${expected}, got ${got}`;
}
