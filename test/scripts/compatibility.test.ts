import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";
import { runNode } from "../support/run-node.js";

const DESCRIPTION = "openapi/openapi.yaml";
const VERSION = /^  version: .+$/m;

let repository: RepositoryCopy;
let original: string;
beforeAll(async () => {
  repository = await copyRepository();
  original = await repository.read(DESCRIPTION);
});
beforeEach(async () => {
  await rm(repository.path(".git"), { recursive: true, force: true });
  await repository.write(DESCRIPTION, original);
  await release("0.1.0");
});
afterAll(() => repository.remove());

type Change = [from: string, to: string];

const ADDITION: Change = [
  "        messages_read_count:\n          type: integer\n",
  "        messages_left_count:\n          type: integer\n        messages_read_count:\n          type: integer\n",
];
const BODY: Change = [
  '        - $ref: "#/components/parameters/RetailerId"\n      responses:\n',
  '        - $ref: "#/components/parameters/RetailerId"\n      requestBody:\n        content:\n          application/json:\n            schema:\n              type: object\n      responses:\n',
];
const BREAKING: Record<string, Change> = {
  "Response `408` was removed.": [
    '        "408":\n          description: The server closed an idle connection. The documentation shows no body for this status.\n',
    "",
  ],
  "changed from 'markMessagesAsRead' to 'markRead'": ["operationId: markMessagesAsRead", "operationId: markRead"],
  "Required `extra` query parameter was added.": [
    '        - $ref: "#/components/parameters/RetailerId"\n',
    '        - $ref: "#/components/parameters/RetailerId"\n        - name: extra\n          in: query\n          required: true\n          schema:\n            type: string\n',
  ],
  "Type narrowed from 'boolean' to 'integer'.": ["        type: boolean\n", "        type: integer\n"],
};

test("an unchanged spec is compatible with the released one", async () => {
  const stdout = "compatibility: the spec has not changed since 0.1.0\n";
  expect(await check()).toEqual({ status: 0, stdout, stderr: "" });
});

test("before 1.0.0, an addition needs a patch step", async () => {
  await change(ADDITION);
  expect(await check()).toEqual({
    status: 1,
    stdout: "",
    stderr:
      "compatibility: the changes of the spec need a patch step from 0.1.0 to 0.1.1, but the version is 0.1.0; set it in openapi/openapi.yaml, and with `npm version 0.1.1 --no-git-tag-version --ignore-scripts` in package.json\n",
  });
  await setVersion("0.1.1");
  const stdout = "compatibility: version 0.1.1 covers the changes of the spec since 0.1.0\n";
  expect(await check()).toEqual({ status: 0, stdout, stderr: "" });
});

test("before 1.0.0, a breaking change needs a minor step, and is named", async () => {
  await change(...Object.values(BREAKING));
  await setVersion("0.1.1");
  const { status, stdout, stderr } = await check();
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  const lines = stderr.trim().split("\n");
  expect(lines).toEqual(
    expect.arrayContaining(Object.keys(BREAKING).map((message) => expect.stringContaining(message))),
  );
  expect(lines).toHaveLength(Object.keys(BREAKING).length + 1);
  expect(lines.at(-1)).toBe(
    "compatibility: the changes above break callers and need a minor step from 0.1.0 to 0.2.0, but the version is 0.1.1; set it in openapi/openapi.yaml, and with `npm version 0.2.0 --no-git-tag-version --ignore-scripts` in package.json",
  );
  await setVersion("0.2.0");
  expect(await check()).toMatchObject({ status: 0, stderr: "" });
});

test("a new request body is a breaking change, because callers send none", async () => {
  await change(BODY);
  await setVersion("0.1.1");
  const stderr = /^A request body was added\. \(.+\/put\/requestBody\)\ncompatibility: .+ 0\.2\.0, .+\n$/;
  expect(await check()).toMatchObject({ status: 1, stderr: expect.stringMatching(stderr) });
});

test.each<[what: string, changes: Change[], needed: string, given: string]>([
  ["an addition needs a minor step", [ADDITION], "a minor step from 1.2.3 to 1.3.0", "1.2.4"],
  ["a breaking change needs a major step", [ADDITION, BODY], "a major step from 1.2.3 to 2.0.0", "1.10.0"],
])("from 1.0.0 on %s", async (_, changes, needed, given) => {
  await release("1.2.3");
  await change(...changes);
  await setVersion(given);
  const stderr = expect.stringContaining(`${needed}, but the version is ${given};`);
  expect(await check()).toMatchObject({ status: 1, stderr });
});

test("the newest release counts, even if its tag sorts before others", async () => {
  for (const version of ["0.9.0", "0.10.0-rc.1", "0.10.0"]) await release(version);
  expect(await check()).toMatchObject({ stdout: "compatibility: the spec has not changed since 0.10.0\n" });
});

test("before the first release any change is compatible", async () => {
  execFileSync("git", ["tag", "--delete", "v0.1.0"], { cwd: repository.path("") });
  await change(BODY);
  const stdout = "compatibility: there is no release yet, so any change is compatible\n";
  expect(await check()).toEqual({ status: 0, stdout, stderr: "" });
});

test("without the history of git nothing is checked, which fails in CI", async () => {
  const checkInCi = () => runNode([repository.path("scripts/compatibility/index.js")], { env: { CI: "true" } });
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: repository.path("") });
  await repository.write(".git/shallow", String(commit)); // As in a clone with --depth 1.
  const shallow = "this clone is shallow; run `git fetch --unshallow --tags`\n";
  expect(await check()).toEqual({ status: 0, stdout: `compatibility: not checked: ${shallow}`, stderr: "" });
  expect(await checkInCi()).toEqual({ status: 1, stdout: "", stderr: `compatibility: ${shallow}` });
  await rm(repository.path(".git"), { recursive: true });
  expect(await check()).toMatchObject({ status: 0, stdout: expect.stringContaining("not checked") });
  expect(await checkInCi()).toMatchObject({ status: 1, stderr: expect.stringContaining("not a git repository") });
});

test("a spec that cannot be read fails the comparison", async () => {
  await repository.write(DESCRIPTION, "openapi: [");
  const stderr = expect.stringMatching(/^compatibility: openapi\/openapi\.yaml cannot be compared with .+\n/);
  expect(await check()).toMatchObject({ status: 1, stderr });
});

test("arguments are rejected", async () => {
  const stderr = "compatibility: it takes no arguments, but was given --force\n";
  expect(await repository.run("compatibility", "--force")).toEqual({ status: 1, stdout: "", stderr });
});

const check = () => repository.run("compatibility");

/** Releases the spec as it is, as this version. */
async function release(version: string): Promise<void> {
  await setVersion(version);
  repository.release(`v${version}`);
}

async function setVersion(version: string): Promise<void> {
  await repository.write(DESCRIPTION, (await repository.read(DESCRIPTION)).replace(VERSION, `  version: ${version}`));
}

async function change(...changes: Change[]): Promise<void> {
  for (const [from, to] of changes) await repository.replace(DESCRIPTION, from, to);
}
