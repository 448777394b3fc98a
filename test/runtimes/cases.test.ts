import { expect, test } from "vitest";
import * as testing from "../../src/testing/index.js";
import { client } from "../support/client.js";
import { nameOf } from "../support/spec.js";
import { runCases } from "./cases.js";
import { startSurroundings } from "./server.js";

// `npm run test:runtimes` runs these cases on the packed package in every runtime.
test("every case passes on this Node, including each documented response and parameter", async () => {
  const { surroundings, close } = await startSurroundings();
  const results = await runCases({ ...client, ...testing }, surroundings);
  await close();
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  const names = [...surroundings.responses.map(nameOf), ...surroundings.parameters.map(({ name }) => name)];
  expect(results.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
}, 60_000);
