import { afterEach, beforeEach, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

const SPEC = "openapi/openapi.yaml";
const NOTES = "# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0 – 2026-01-01\n\n- Old.\n";

let repository: RepositoryCopy;
beforeEach(async () => {
  repository = await copyRepository();
  await repository.write("CHANGELOG.md", NOTES);
  await repository.write(SPEC, (await repository.read(SPEC)).replace(/^  version: .+$/m, "  version: 0.1.0"));
  repository.release("v0.1.0");
});
afterEach(() => repository.remove());

/** What `npm version` does to package.json before it runs the script. */
async function bumpTo(version: string, address = "github:a/b"): Promise<void> {
  const manifest = JSON.parse(await repository.read("package.json")) as object;
  await repository.write("package.json", JSON.stringify({ ...manifest, version, repository: address }));
}

test("a release sets the version in the spec, generated/ and the changelog", async () => {
  await bumpTo("7.8.9");
  expect(await repository.run("release")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/\nrelease: the spec, generated\/ and the changelog now have version 7\.8\.9\n$/),
    stderr: "",
  });
  expect(await repository.read(SPEC)).toContain("\n  version: 7.8.9\n");
  expect(JSON.parse(await repository.read("generated/openapi.json"))).toMatchObject({ info: { version: "7.8.9" } });
  const today = new Date().toISOString().slice(0, 10);
  expect(await repository.read("CHANGELOG.md")).toBe(
    NOTES.replace("## Unreleased\n\n", `## Unreleased\n\n## 7.8.9 – ${today}\n\n`),
  );
});

test("a version that does not cover the changes to the spec is not released", async () => {
  await repository.replace(SPEC, "operationId: markMessagesAsRead", "operationId: markRead");
  await bumpTo("0.1.1");
  const stderr = expect.stringMatching(
    /need a minor step from 0\.1\.0 to 0\.2\.0, but the version is 0\.1\.1;.*\nrelease: scripts\/compatibility\/index\.js failed, see above; `git restore \.` undoes what was done so far\n$/,
  );
  expect(await repository.run("release")).toMatchObject({ status: 1, stderr });
  expect(await repository.read("CHANGELOG.md")).toBe(NOTES);
});

test.each([
  ["without notes", "## Unreleased\n\n## 0.1.0\n\n- Old.\n"],
  ["without notes in its first version", "## Unreleased\n"],
  ["without a place for notes", "# Changelog\n"],
])("nothing is released %s", async (_, changelog) => {
  await bumpTo("7.8.9");
  await repository.write("CHANGELOG.md", changelog);
  expect(await repository.run("release")).toEqual({
    status: 1,
    stdout: "",
    stderr: "release: CHANGELOG.md has nothing under `## Unreleased`; write what users will notice\n",
  });
});

test("nothing is released from a package.json without a repository", async () => {
  await bumpTo("7.8.9", "");
  expect(await repository.run("release")).toEqual({
    status: 1,
    stdout: "",
    stderr: "release: package.json has no `repository`, which npm needs for the provenance of the package\n",
  });
});
