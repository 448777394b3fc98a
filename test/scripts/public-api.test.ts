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

const REASON = /^generate: src\/ has an error of syntax, or a public declaration without its type\n[^]+src\/client\.ts/;

test.each([
  ["a public declaration whose type is left to inference", "(options: ChatClientOptions): ChatClient {", "(options) {"],
  ["an error of syntax", "export function createChatClient(", "syntax error("],
])("%s stops generate", async (_, from, to) => {
  await repository.replace(CLIENT, from, to);
  expect(await repository.run("generate")).toMatchObject({ status: 1, stderr: expect.stringMatching(REASON) });
});
