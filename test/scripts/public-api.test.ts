import { afterEach, beforeEach, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

const OPTIONS = "src/options.ts";
const CLIENT = "src/client.ts";

let repository: RepositoryCopy;
beforeEach(async () => {
  repository = await copyRepository();
});
afterEach(() => repository.remove());

test("generate --check fails if a public declaration has changed, and names the report", async () => {
  await repository.replace(OPTIONS, "maxRetries?: number", "maxRetries: number");
  expect(await repository.run("generate", "--check")).toEqual({
    status: 1,
    stdout: "",
    stderr: "generate: generated/ does not match src/ (public-api.md is stale); run `npm run generate`\n",
  });
});

test("generate --check ignores changes that users cannot see", async () => {
  await repository.write(
    OPTIONS,
    `${await repository.read(OPTIONS)}\nexport const unreachable = (text: string): number => text.length;\n`,
  );
  expect(await repository.run("generate", "--check")).toMatchObject({ status: 0, stderr: "" });
});

test("a public declaration whose type is left to inference stops generate", async () => {
  await repository.replace(CLIENT, "(options: ChatClientOptions): ChatClient {", "(options: ChatClientOptions) {");
  const { status, stderr } = await repository.run("generate");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(
      /^generate: src\/ has an error of syntax, or a public declaration without its type\n[^]+src\/client\.ts/,
    ),
  });
});

test("sources that cannot be read stop generate", async () => {
  await repository.write(CLIENT, "syntax error");
  const { status, stderr } = await repository.run("generate");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(
      /^generate: src\/ has an error of syntax, or a public declaration without its type\n[^]+src\/client\.ts/,
    ),
  });
});
