import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";

const SPEC = "openapi/openapi.yaml";
const GENERATED = ["openapi.json", "api.d.ts", "validators.js", "validators.d.ts", "public-api.md"];

let repository: RepositoryCopy;
beforeEach(async () => {
  repository = await copyRepository();
});
afterEach(() => repository.remove());

describe("generate", () => {
  test("writes exactly what is committed, whenever it runs", async () => {
    const before = await generated();
    expect(await repository.run("generate")).toMatchObject({ status: 0, stderr: "" });
    expect(await generated()).toEqual(before);
  });

  test("--check fails if the spec has changed, and names each stale file", async () => {
    await repository.replace(SPEC, "minimum: 0", "minimum: 1");
    const before = await generated();
    expect(await repository.run("generate", "--check")).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "generate: generated/ does not match openapi/openapi.yaml (openapi.json is stale, validators.js is stale); run `npm run generate`\n",
    });
    expect(await generated()).toEqual(before);
  });

  test("--check fails if a generated file was edited, or does not belong there", async () => {
    await repository.write("generated/api.d.ts", `${await repository.read("generated/api.d.ts")}\n`);
    await repository.write("generated/notes.txt", "");
    const stderr = expect.stringContaining("(notes.txt does not belong there, api.d.ts is stale)");
    expect(await repository.run("generate", "--check")).toMatchObject({ status: 1, stderr });
  });

  test("fails if the spec cannot be read, and leaves generated/ unchanged", async () => {
    const before = await generated();
    await repository.write(SPEC, "openapi: [");
    const stderr = /^generate: openapi\/openapi\.yaml cannot be read; `npm run lint` says why\n/;
    expect(await repository.run("generate")).toMatchObject({ status: 1, stderr: expect.stringMatching(stderr) });
    expect(await generated()).toEqual(before);
  });

  test("fails if a schema limits a length in a way that the validators cannot check", async () => {
    await repository.replace(
      SPEC,
      "          minLength: 1\n          description: |\n            The token",
      "          minLength: 2\n          description: |\n            The token",
    );
    const stderr = expect.stringMatching(/^generate: the validators cannot check minLength: 2.+\n$/);
    expect(await repository.run("generate")).toMatchObject({ status: 1, stderr });
  });

  const generated = () => Promise.all(GENERATED.map((name) => repository.read(`generated/${name}`)));
});

describe("mock", () => {
  test.each([
    ["cannot be read", "openapi: ["],
    ["has no operations", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}"],
  ])("fails with one sentence if the spec %s", async (_, spec) => {
    await repository.write(SPEC, spec);
    const stderr = expect.stringMatching(/^mock: it did not start: .+\n$/);
    expect(await repository.run("mock")).toEqual({ status: 1, stdout: "", stderr });
  });
});
