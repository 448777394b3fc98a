import { afterAll, beforeAll, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

let repository: RepositoryCopy;
beforeAll(async () => {
  repository = await copyRepository();
});
afterAll(() => repository.remove());

const OPTIONS = "src/options.ts";
const CLIENT = "src/client.ts";

test("generate --check fails when a public declaration has changed, and names the report", async () => {
  const original = await repository.read(OPTIONS);
  await repository.replace(OPTIONS, "maxRetries?: number", "maxRetries: number");
  expect(await repository.run("generate.js", "--check")).toEqual({
    status: 1,
    stdout: "",
    stderr: "generate: generated/ does not match src/ (public-api.md is stale); run `npm run generate`\n",
  });
  await repository.write(OPTIONS, original);
});

test("generate --check does not mind what no user can reach", async () => {
  const original = await repository.read(OPTIONS);
  await repository.write(OPTIONS, `${original}\nexport const notExported = (text: string) => text.length;\n`);
  expect(await repository.run("generate.js", "--check")).toMatchObject({ status: 0, stderr: "" });
  await repository.write(OPTIONS, original);
});

test("generate stops at a public declaration whose type is left to inference", async () => {
  const original = await repository.read(CLIENT);
  await repository.replace(
    CLIENT,
    "createChatClient(options: ChatClientOptions): ChatClient",
    "createChatClient(options: ChatClientOptions)",
  );
  const { status, stderr } = await repository.run("generate.js");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^generate: a public declaration leaves a type to inference, write it down: .+\n$/),
  });
  await repository.write(CLIENT, original);
});
