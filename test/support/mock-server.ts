// Starts the mock before the contract tests and stops it after them.
import type {} from "vitest";
import type { TestProject } from "vitest/node";
import { startMock } from "../../scripts/mock/server.js";

declare module "vitest" {
  interface ProvidedContext {
    mockUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mock = await startMock();
  project.provide("mockUrl", mock.url);
  return mock.close;
}
