import { operations } from "../../scripts/common/spec.js";

/**
 * What the contract command's text report says of the statuses that it did not exercise.
 *
 * @param exercised the others, by the operation
 */
export function notExercised(exercised: Readonly<Record<string, readonly number[]>>): {
  lines: string[];
  count: number;
} {
  const left = operations().map(({ operationId, responses }) => {
    const statuses = Object.keys(responses).map(Number);
    return { operationId, statuses: statuses.filter((status) => !exercised[operationId]?.includes(status)) };
  });
  return {
    lines: left.map(({ operationId, statuses }) => `  not exercised ${operationId} ${statuses.join(", ")}`),
    count: left.flatMap(({ statuses }) => statuses).length,
  };
}
