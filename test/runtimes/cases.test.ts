import { expect, test } from "vitest";
import { startMock } from "../../scripts/mock/server.js";
import * as testing from "../../src/testing/index.js";
import { client } from "../support/client.js";
import { REFUSING_URL } from "../support/fault-server.js";
import { documentedResponses, nameOf, parameterCases } from "../support/spec.js";
import { runCases } from "./cases.js";
import { startServer } from "./server.js";

// `npm run test:runtimes` runs these cases on the packed package in every runtime.
test("every case passes on this Node, including each documented response and parameter", async () => {
  const [mock, server] = await Promise.all([startMock(), startServer()]);
  const [responses, parameters] = [documentedResponses(), parameterCases()];
  const surroundings = { mockUrl: mock.url, serverUrl: server.url, refusingUrl: REFUSING_URL, responses, parameters };
  const results = await runCases({ ...client, ...testing }, surroundings);
  await Promise.all([mock.close(), server.close()]);
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  const names = [...responses.map(nameOf), ...parameters.map(({ name }) => name)];
  expect(results.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
}, 60_000);
