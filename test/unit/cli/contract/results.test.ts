import { describe, expect, test } from "vitest";
import { resultOf, type Observation } from "../../../../src/cli/contract/results.js";

const seen = (outcome: Observation["outcome"], change: Partial<Observation> = {}): Observation => ({
  operationId: "markMessagesAsRead",
  status: 200,
  outcome,
  ...change,
});
const violation = {
  where: "markMessagesAsRead 200, body",
  expected: "must be object",
  got: "[]",
  foundBy: ["spec"],
} as const;

const combine = (...observations: Observation[]) => resultOf("markMessagesAsRead", 200, observations);

describe("the result for a status", () => {
  test.each<[string, readonly Observation["outcome"][], Observation["outcome"]]>([
    ["of which nothing was seen was not asked for", [], "not asked"],
    ["that passed has passed", ["passed"], "passed"],
    ["about which one observation says nothing is inconclusive", ["inconclusive", "passed"], "inconclusive"],
    ["that broke the contract once is a violation", ["passed", "violation", "inconclusive"], "violation"],
  ])("%s", (_, outcomes, expected) => {
    expect(combine(...outcomes.map((outcome) => seen(outcome))).outcome).toBe(expected);
  });

  test("has the reason of its outcome, and no other", () => {
    const passed = seen("passed", { reason: "seen by chance" });
    expect(combine(passed, seen("inconclusive", { reason: "no response" })).reason).toBe("no response");
    expect(combine(passed, seen("violation"))).not.toHaveProperty("reason");
  });

  test("has each violation once, and the sum of the requests and of their time", () => {
    const one = seen("violation", { violation, attempts: 2, durationMs: 30 });
    expect(combine(one, { ...one, attempts: 1, durationMs: 4 }, seen("passed"))).toEqual({
      operationId: "markMessagesAsRead",
      status: 200,
      outcome: "violation",
      violations: [violation],
      attempts: 3,
      durationMs: 34,
    });
  });

  test("is about its own operation and status only", () => {
    const others = [seen("violation", { status: 404 }), seen("violation", { operationId: "generateAccessToken" })];
    expect(combine(...others).outcome).toBe("not asked");
  });
});
