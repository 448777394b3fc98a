import { describeViolation, type Outcome, type Result, type Violation } from "./report.js";

/** What a response, or a whole call, says about one documented status. */
export interface Observation {
  readonly operationId: string;
  readonly status: number;
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
  readonly violation?: Violation | undefined;
  readonly attempts?: number;
  readonly durationMs?: number;
}

// A later observation does not undo an earlier, worse one.
const WORST_FIRST: readonly Outcome[] = ["violation", "inconclusive", "passed"];

/** Combines all observations of one documented status. */
export function resultOf(operationId: string, status: number, observations: readonly Observation[]): Result {
  const own = observations.filter((one) => one.operationId === operationId && one.status === status);
  const outcome = WORST_FIRST.find((outcome) => own.some((one) => one.outcome === outcome)) ?? "not asked";
  const sum = (of: "attempts" | "durationMs") => own.reduce((total, one) => total + (one[of] ?? 0), 0);
  const reason = own.find((one) => one.outcome === outcome)?.reason;
  const violations = own.flatMap(({ violation }) => violation ?? []);
  return {
    operationId,
    status,
    outcome,
    ...(reason !== undefined && { reason }),
    violations: [...new Map(violations.map((violation) => [describeViolation(violation), violation])).values()],
    attempts: sum("attempts"),
    durationMs: sum("durationMs"),
  };
}
