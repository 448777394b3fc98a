// What `npm run test:runtimes` runs everywhere, here on the sources and the Node at hand.
import { expect, test } from "vitest";
import { nameOf, documentedResponses } from "../../scripts/shared/spec.js";
import { startMock } from "../../scripts/mock/server.js";
import * as client from "../../src/index.js";
import * as oauth from "../../src/oauth/index.js";
import * as testing from "../../src/testing/index.js";
import { runCases } from "../runtimes/cases.js";
import { startServer } from "../runtimes/server.js";
import { REFUSING_URL } from "../support/fault-server.js";

test("the suite for every runtime passes here, and has each answer that the description promises", async () => {
  const [mock, server] = await Promise.all([startMock(), startServer()]);
  const answers = documentedResponses();
  const surroundings = { mockUrl: mock.url, serverUrl: server.url, refusingUrl: REFUSING_URL, answers };
  const results = await runCases({ ...client, ...oauth, ...testing }, surroundings);
  await Promise.all([mock.close(), server.close()]);
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  expect(results.map(({ name }) => name)).toEqual(expect.arrayContaining(answers.map(nameOf)));
}, 60_000);
