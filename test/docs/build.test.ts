import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";
import { files } from "./site.js";

let repository: RepositoryCopy;
beforeAll(async () => {
  repository = await copyRepository();
  await repository.write("CHANGELOG.md", await readFile(join(root, "CHANGELOG.md"), "utf8"));
});
afterAll(() => repository.remove());

test("docs writes the same bytes wherever and whenever it runs, and reports what it wrote", async () => {
  const run = await repository.run("docs");
  expect(run).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^docs: wrote \d+ pages to docs\/.+\n$/),
    stderr: "",
  });
  expect((await readdir(repository.path("docs"))).sort()).toEqual(files);
  for (const file of files) {
    const [copy, original] = await Promise.all([
      repository.read(`docs/${file}`),
      readFile(join(root, "docs", file), "utf8"),
    ]);
    expect(copy === original, file).toBe(true); // Two pages are no message.
  }
});

test("an export without a comment stops docs, which names the export and leaves the site unchanged", async () => {
  const before = await repository.read("docs/index.html");
  await repository.write("src/types.ts", `${await repository.read("src/types.ts")}\nexport type Silent = string;\n`);
  await repository.write(
    "src/index.ts",
    `${await repository.read("src/index.ts")}\nexport type { Silent } from "./types.js";\n`,
  );
  const { status, stdout, stderr } = await repository.run("docs");
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr: "docs: these exports have no comment:\n  index: Silent\n",
  });
  expect(await repository.read("docs/index.html")).toBe(before);
});
