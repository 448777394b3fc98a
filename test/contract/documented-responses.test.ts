import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Fetch } from "../../src/index.js";
import { client } from "../support/client.js";
import { exchanges, expectDocumentedResponse } from "../support/expect-documented-response.js";
import { callOf, operationsUnderTest, validInvalidBodies } from "../support/operations.js";
import { documentedOutcome, apiOutcomeOf } from "../support/outcome.js";
import { coverageOf, exchangeOf } from "../support/redocly-coverage.js";
import {
  documentedResponses,
  documentedSuccess,
  isSecured,
  nameOf,
  operations,
  parameterCases,
  parametersOf,
  propertyCount,
  requestExamples,
  responseSchemas,
  typedParameters,
} from "../support/spec.js";

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0); // No wait before a retry.
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("each documented response becomes its data or its error", () => {
  test.each(documentedResponses().map((response) => [nameOf(response), response] as const))(
    "%s",
    async (_, response) => {
      expect(await expectDocumentedResponse(response)).toEqual(documentedOutcome(response));
    },
  );
});

describe("the client sends each example of a request body", () => {
  test.each(requestExamples())("$operationId $example", async ({ operationId, example, body }) => {
    const call = operationsUnderTest[operationId]?.requests[example];
    if (!call) throw new Error(`test/support/operations.js does not say how to call ${operationId} with ${example}`);
    const success = documentedSuccess(operationId);
    const sent = exchanges.length;
    expect(await expectDocumentedResponse(success, { call })).toEqual(documentedOutcome(success));
    expect(exchanges.slice(sent).map(({ request }) => JSON.parse(request.postData?.text ?? ""))).toEqual([body]);
  });
});

describe("each parameter is sent with its documented values, and omitted if not given", () => {
  test.each(parameterCases())("$name", async ({ operationId, parameter, place, value }) => {
    const success = documentedSuccess(operationId);
    let sent: string | null = null;
    const outcome = await expectDocumentedResponse(success, {
      options: value === undefined ? {} : { [optionOf(operationId, parameter)]: value },
      tamper: ({ url, headers }) => (sent = (place === "query" ? url.searchParams : headers).get(parameter)),
    });
    expect(outcome).toEqual(documentedOutcome(success));
    expect(sent).toBe(value === undefined ? null : String(value));
  });
});

test.each(operations())("$operationId has an option for each header and query parameter, and no other", (operation) => {
  const names = parametersOf(operation).flatMap(({ in: place, name }) => (place === "path" ? [] : [name]));
  expect(Object.keys(operationsUnderTest[operation.operationId]?.options ?? {})).toEqual(names);
});

describe("the client rejects a value of an invalid type before it sends anything, and so does the mock", () => {
  test.each(typedParameters())("$operationId $name", async ({ operationId, name, place }) => {
    const fetch = vi.fn<Fetch>();
    const call = callOf(operationId)(client, { fetch }, { [optionOf(operationId, name)]: "yes" });
    await expect(call).rejects.toThrow(TypeError);
    expect(fetch).not.toHaveBeenCalled();

    const invalid = documentedResponses().find((one) => one.operationId === operationId && one.status === 400);
    if (!invalid) throw new Error(`The spec documents no 400 of ${operationId}`);
    await expectDocumentedResponse(invalid, {
      tamper: ({ url, headers }) => (place === "query" ? url.searchParams : headers).set(name, "yes"),
      violation: new RegExp(`${name}.*must be `, "i"),
    });
  });
});

describe("a request without a bearer token is a 401", () => {
  const unauthorized = operations()
    .filter(isSecured)
    .flatMap(({ operationId }) =>
      documentedResponses().filter((one) => one.operationId === operationId && one.status === 401),
    );
  const violation = /"Invalid security scheme used"/;

  test.each(unauthorized)("$operationId, no credentials", async (response) => {
    const outcome = await expectDocumentedResponse(response, {
      tamper: ({ headers }) => headers.delete("Authorization"),
      violation,
    });
    expect(outcome).toEqual(documentedOutcome(response));
  });

  test.each(unauthorized)("$operationId, another scheme", async (response) => {
    const outcome = await expectDocumentedResponse(response, {
      tamper: ({ headers }) => headers.set("Authorization", "Basic dXNlcjpwYXNz"),
      violation,
    });
    expect(outcome).toEqual(documentedOutcome(response));
  });
});

// The mock sends the examples only, which do not have every property.
describe("each valid body of a documented response becomes its data or its error", () => {
  const bodies = responseSchemas().flatMap(({ schema, ...response }) =>
    (validInvalidBodies[schema]?.valid ?? []).map((body) => ({ ...response, body, json: JSON.stringify(body) })),
  );
  test.each(bodies)("$operationId $status $json", async ({ operationId, status, body }) => {
    const fetch: Fetch = async (url, init) => {
      const response = Response.json(body, { status });
      exchanges.push(await exchangeOf(url, init, response.clone()));
      return response;
    };
    const outcome = await apiOutcomeOf(client, callOf(operationId)(client, { fetch }));
    expect(outcome).toEqual(documentedOutcome({ operationId, status, body }));
  });
});

describe("in these exchanges, Redocly independently finds", () => {
  const TIMEOUT_MS = 60_000;

  test(
    "nothing undocumented, and every operation, parameter, property and response covered",
    { timeout: TIMEOUT_MS },
    async () => {
      const { problems, exchanges: counts, totals, missing } = await coverageOf(exchanges);
      expect(problems).toEqual([]);
      expect(counts).toMatchObject({ total: exchanges.length, matched: exchanges.length });
      expect(missing).toEqual(Object.fromEntries(operations().map(({ operationId }) => [operationId, []])));
      expect(totals).toEqual({
        operations: all(operations().length),
        parameters: all(operations().flatMap(parametersOf).length),
        properties: all(propertyCount()),
        responses: all(operations().flatMap(({ responses }) => Object.keys(responses)).length),
      });
      const summary = Object.entries(totals).map(([what, { covered, total }]) => `${what} ${covered}/${total}`);
      console.log(`Covered by ${exchanges.length} exchanges: ${summary.join(", ")}`);
    },
  );

  test("what is missing if a response never occurs", { timeout: TIMEOUT_MS }, async () => {
    const without503 = exchanges.filter(({ request, response }) => request.method !== "PUT" || response.status !== 503);
    const { missing } = await coverageOf(without503);
    expect(missing).toMatchObject({ markMessagesAsRead: [{ kind: "response", status: "503" }] });
  });
});

function optionOf(operationId: string, parameter: string): string {
  const option = operationsUnderTest[operationId]?.options[parameter];
  if (option === undefined)
    throw new Error(`test/support/operations.js names no option of ${operationId} for ${parameter}`);
  return option;
}

function all(total: number) {
  return { covered: total, total };
}
