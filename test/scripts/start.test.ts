import { afterAll, beforeAll, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

let repository: RepositoryCopy;
beforeAll(async () => {
  repository = await copyRepository();
});
afterAll(() => repository.remove());

test("start runs the given command against the mock, and shows the requests and the result", async () => {
  const { status, stdout, stderr } = await repository.run("start", "mark-read", "a/b", "--locale", "fr-CA");
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^instacart-chat: 1 done, 0 failed in .*\n$/)]);
  expect(stdout.split("\n").slice(-4)).toEqual([
    "start: the mock received POST /v2/oauth/token",
    "start: the mock received PUT /v2/post_checkout/chat/a%2Fb/messages",
    '{"order_id":"a/b","messages_read_count":15}',
    "",
  ]);
});

test("start fails with one sentence if the build fails", async () => {
  await repository.write("src/client.ts", "syntax error");
  const { status, stderr } = await repository.run("start");
  expect(status).toBe(1);
  expect(stderr).toMatch(/\nstart: the build failed, see above\n$/);
});

test("start fails with one sentence if the mock does not start", async () => {
  await repository.write("openapi/openapi.yaml", "openapi: [");
  const stderr = expect.stringMatching(/^start: the mock did not start: .+\n$/);
  expect(await repository.run("start")).toMatchObject({ status: 1, stderr });
});
