import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, inject, test } from "vitest";
import { runNode } from "../support/run-node.js";

// What publishing tools and readers of stack traces find in the packed package.
const folder = inject("consumerFolder");
const installed = join(folder, "node_modules/instacart-post-checkout-chat");
const tarball = await readFile(inject("tarball"));
const packageJson = JSON.parse(await readFile(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
const codeSubpaths = Object.entries(packageJson["exports"] as object)
  .filter(([, target]) => typeof target === "object")
  .map(([subpath]) => subpath);
const packed = (pattern: RegExp) => inject("packedFiles").filter((name) => pattern.test(name));

test("publint reports nothing", async () => {
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: new Uint8Array(tarball).buffer } });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

test("every entry point has types under each kind of module resolution", async () => {
  const result = await checkPackage(createPackageFromTarballData(tarball));
  if (!result.types) throw new Error("there are no types");
  expect(result.problems).toEqual([]);

  expect(codeSubpaths).toEqual(expect.arrayContaining([".", "./oauth"]));
  for (const subpath of codeSubpaths) {
    const resolutions = Object.entries(result.entrypoints[subpath]?.resolutions ?? {});
    const typed = resolutions.filter(([, { resolution }]) => resolution?.isTypeScript).map(([kind]) => kind);
    expect([subpath, ...typed]).toEqual([subpath, "node10", "node16-cjs", "node16-esm", "bundler"]);
  }
});

test("openapi-fetch and undici are the only dependencies, no peer can block an install, and installing runs nothing", () => {
  expect(Object.keys(packageJson["dependencies"] as object)).toEqual(["openapi-fetch", "undici"]);
  for (const kind of ["peerDependencies", "peerDependenciesMeta", "optionalDependencies"])
    expect(packageJson).not.toHaveProperty(kind);
  const { scripts } = packageJson as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
});

test("importing the package has no side effects, as package.json tells bundlers", async () => {
  expect(packageJson["sideEffects"]).toBe(false);
  // undici itself has a side effect: it registers its global dispatcher.
  const names = codeSubpaths
    .filter((subpath) => subpath !== "./undici")
    .map((subpath) => `instacart-post-checkout-chat${subpath.slice(1)}`);
  await writeFile(
    join(folder, "effects.mjs"),
    `const objects = [globalThis, ...Reflect.ownKeys(globalThis).map((key) => globalThis[key])].flatMap((value) => [value, value?.prototype]);
const isObject = (value) => value !== null && ["object", "function"].includes(typeof value);
const state = () => objects.filter(isObject).flatMap((value) => Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, { get, set, value }]) => [key, get, set, value]));
const before = state();
for (const name of ${JSON.stringify(names)}) await import(name);
const after = state();
console.log(before.length > 1000, after.length - before.length, after.filter((value, index) => !Object.is(value, before[index])).length);`,
  );
  // With nothing left running, the process ends by itself.
  expect(await runNode(["effects.mjs"], { cwd: folder })).toEqual({ status: 0, stdout: "true 0 0\n", stderr: "" });
});

test("no type declaration imports openapi-fetch, whose types change between versions", async () => {
  const declarations = packed(/\.d\.c?ts$/);
  expect(declarations.length).toBeGreaterThan(0);
  for (const file of declarations)
    expect(await readFile(join(installed, file), "utf8")).not.toMatch(/["']openapi-fetch/);
});

test("each source map contains its sources, which are not in the package", async () => {
  const maps = packed(/\.map$/);
  expect(maps).toHaveLength(packed(/^dist\/(index|oauth|shared|testing|undici)\.c?js$/).length);
  for (const file of maps) {
    const { sources, sourcesContent } = JSON.parse(await readFile(join(installed, file), "utf8")) as {
      sources: string[];
      sourcesContent: (string | null)[];
    };
    const absent = sources.filter((source, index) => !sourcesContent[index] && source !== "../package.json");
    expect(absent).toEqual([]);
  }
});

test.each([
  ["an ES module", "trace.mjs", 'import { createChatClient } from "instacart-post-checkout-chat";'],
  ["CommonJS", "trace.cjs", 'const { createChatClient } = require("instacart-post-checkout-chat");'],
])("in %s, stack traces name the sources", async (_, file, loading) => {
  await writeFile(join(folder, file), `${loading}\ncreateChatClient({ accessToken: "" });`);
  const { stderr } = await runNode(["--enable-source-maps", file], { cwd: folder });
  expect(stderr).toMatch(/^TypeError: accessToken must be/m);
  expect(stderr).toMatch(/^ +at (?:check\.)?readOptions \(.+\/src\/check-options\.ts:\d+:\d+\)$/m);
  expect(stderr).toMatch(/^ +at createChatClient \(.+\/src\/client\.ts:\d+:\d+\)$/m);
});
