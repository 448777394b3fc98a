import { afterAll, beforeAll, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

let repository: RepositoryCopy;
beforeAll(async () => {
  repository = await copyRepository();
});
afterAll(() => repository.remove());

test("start runs the command that it is given against the mock, and shows its requests and the answer", async () => {
  const { status, stdout, stderr } = await repository.run("start.js", "mark-read", "a/b", "--locale", "fr-CA");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.split("\n").slice(-4)).toEqual([
    "start: the mock gets POST /v2/oauth/token",
    "start: the mock gets PUT /v2/post_checkout/chat/a%2Fb/messages",
    '{"messages_read_count":15}',
    "",
  ]);
});

test("start stops with one sentence when the package cannot be built", async () => {
  await repository.write("src/client.ts", "syntax error");
  const { status, stderr } = await repository.run("start.js");
  expect(status).toBe(1);
  expect(stderr).toMatch(/\nstart: the package could not be built, see above\n$/);
});

test("start stops with one sentence when the mock does not come up", async () => {
  await repository.write("openapi/openapi.yaml", "openapi: [");
  const { status, stderr } = await repository.run("start.js");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^start: the mock did not come up: .+\n$/),
  });
});
