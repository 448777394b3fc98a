import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { copyRepository, type RepositoryCopy } from "../support/repository-copy.js";
import { runNode } from "../support/run-node.js";
import { files } from "./site.js";

let repository: RepositoryCopy;
beforeAll(async () => {
  repository = await copyRepository();
  for (const file of ["CHANGELOG.md", "README.md"])
    await repository.write(file, await readFile(join(root, file), "utf8"));
});
afterAll(() => repository.remove());

/** Builds the docs of the copy with these variables. */
const build = (env: Record<string, string>) => runNode([repository.path("scripts/docs/index.js")], { env });

/** How the docs that the tests read were built. */
const published = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("DOCS_")));

test("docs writes the same bytes wherever and whenever it runs, and reports what it wrote", async () => {
  const stdout = expect.stringMatching(/^docs: wrote \d+ pages to docs\/.+\n$/);
  expect(await build(published as Record<string, string>)).toEqual({ status: 0, stdout, stderr: "" });
  expect((await readdir(repository.path("docs"))).sort()).toEqual(files);
  for (const file of files) {
    const [copy, original] = await Promise.all([
      repository.read(`docs/${file}`),
      readFile(join(root, "docs", file), "utf8"),
    ]);
    expect(copy === original, file).toBe(true); // Two pages are no message.
  }
});

test("the docs know where they are published, and link to the sources", async () => {
  const [docs, git] = ["https://docs.example/sub", "https://git.example/a/b"];
  expect((await build({ DOCS_BASE_URL: docs, DOCS_REPOSITORY_URL: `${git}/` })).status).toBe(0);
  for (const [file, text] of [
    ["retries.html", `<link rel="canonical" href="${docs}/retries.html"`],
    ["retries.html", `href="${git}/edit/main/scripts/docs/guides/retries.md"`],
    ["package.html", `href="${git}/blob/main/src/client.ts#L`],
    ["sitemap.xml", `<loc>${docs}/http.html</loc>`],
    ["llms.txt", `(${docs}/http.md)`],
  ] as const)
    expect(await repository.read(`docs/${file}`)).toContain(text);
  const missing = await repository.read("docs/404.html");
  expect(missing).toContain('src="/sub/site.js"');
  expect(missing).not.toMatch(/ (href|src)="(?!\/sub\/|https:|#)/);
  expect(await build({ DOCS_BASE_URL: "docs.example" })).toMatchObject({
    status: 1,
    stderr: "docs: DOCS_BASE_URL must be an http(s) URL\n",
  });
});

test("a new guide, and a second endpoint with a code of its own and a known example name, need no change here", async () => {
  await repository.write("scripts/docs/guides/new-guide.md", "# A new guide\n\nSomething\nnew.\n");
  const spec = JSON.parse(await repository.read("generated/openapi.json"));
  const [path, { put }] = Object.entries<any>(spec.paths)[0]!;
  const value = { error: { message: "Gone", code: 4100 } };
  const schema = { $ref: "#/components/schemas/ErrorResponse" };
  const content = { "application/json": { schema, examples: { orderNotFound: { summary: "Gone", value } } } };
  const responses = { ...put.responses, 404: { description: "Gone.", content }, 418: { description: "A teapot." } };
  const parameters = [
    { name: "limit", in: "query", description: "How many.", schema: { type: "integer", multipleOf: 5 } },
  ];
  spec.paths[path].get = { ...put, operationId: "getMessages", summary: "Get messages", parameters, responses };
  await repository.write("generated/openapi.json", JSON.stringify(spec));
  expect(await build({})).toMatchObject({ status: 0, stderr: "" });
  expect(await repository.read("docs/index.html")).toContain('<a href="new-guide.html"');
  for (const id of ["getMessages-404-4100", "getMessages-418"])
    expect(await repository.read("docs/errors.html")).toContain(` id="${id}"`);
  expect(await repository.read("docs/http.html")).toContain(' id="getMessages-404-orderNotFound"');
  expect(await repository.read("docs/http.html")).toContain("multipleOf 5");
});

test("an export without a comment stops docs, which names the export and leaves the site unchanged", async () => {
  const before = await repository.read("docs/index.html");
  await repository.write("src/types.ts", `${await repository.read("src/types.ts")}\nexport type Silent = string;\n`);
  await repository.write(
    "src/index.ts",
    `${await repository.read("src/index.ts")}\nexport type { Silent } from "./types.js";\n`,
  );
  const stderr = "docs: these exports have no comment:\n  index: Silent\n";
  expect(await repository.run("docs")).toEqual({ status: 1, stdout: "", stderr });
  expect(await repository.read("docs/index.html")).toBe(before);
});
