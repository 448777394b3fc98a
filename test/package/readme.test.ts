// Everything that the README shows is run, or at least compiled.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { startApiServer } from "../support/api-server.js";
import { compile, linkPackages, runShown, runUnitTest } from "../support/guide-project.js";
import { documentedResponse, operations } from "../support/spec.js";

const folder = inject("consumerFolder");
const readme = await readFile(join(root, "README.md"), "utf8");
const { name, scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
  name: string;
  scripts: object;
};

function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map((match) => match[1] ?? "");
}

test("every code block is plain text, or TypeScript or shell that is tested here", () => {
  const languages = [...readme.matchAll(/^```(\w*)\n.*?^```/gms)].map((match) => match[1]);
  expect(languages).not.toEqual([]);
  expect(languages.filter((language) => !["ts", "sh", "text"].includes(language ?? ""))).toEqual([]);
});

test("the TypeScript in the README and in the spec compiles against the installed package under strict rules", async () => {
  const samples = operations().flatMap((operation) => operation["x-codeSamples"]);
  const samplesOfTypeScript = samples.filter(({ lang }) => lang === "TypeScript").map(({ source }) => source);
  const blocks = [...blocksOf("ts"), ...samplesOfTypeScript].map((block, index) => [`block-${index}`, block]);
  await linkPackages(folder, ["keyv", "@keyv/redis"]);
  expect(samplesOfTypeScript).toHaveLength(operations().length);
  expect(await compile(folder, Object.fromEntries(blocks))).toEqual({ status: 0, stdout: "" });
});

test("the README's unit test passes", async () => {
  const block = blocksOf("ts").find((block) => block.includes("mockFetch")) ?? "";
  const stdout = expect.stringMatching(/^# pass 1$/m);
  expect(await runUnitTest(folder, "example", block)).toEqual({ status: 0, stdout });
});

const commands = blocksOf("sh").flatMap((block) => block.trim().split("\n"));
const shown = (pattern: RegExp) => commands.filter((command) => pattern.test(command));

test("the README shows only commands that are tested here", () => {
  expect(commands.filter((command) => !/\bnpx |\bnpm (ci|install|start|test|run) ?/.test(command))).toEqual([]);
});

test("the README installs and runs this package and no other", () => {
  const names = commands.flatMap((command) =>
    [...command.matchAll(/\b(?:npm install|npx) ([\w-]+)/g)].map(([, name]) => name),
  );
  expect(names.length).toBeGreaterThan(1);
  expect(new Set(names)).toEqual(new Set([name]));
});

test("the npm scripts in the README exist", () => {
  const names = [...readme.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:]+)/g)].map((match) => match[1] ?? "");
  expect(names).toEqual(expect.arrayContaining(["start", "test"]));
  for (const name of names) expect(scripts).toHaveProperty([name]);
});

test("there are at most 20 npm scripts beside npm's own, and CONTRIBUTING.md has a line for each", async () => {
  const names = Object.keys(scripts).filter((name) => !["prepack", "preversion", "version"].includes(name));
  const guide = await readFile(join(root, "CONTRIBUTING.md"), "utf8");
  const lines = [...guide.matchAll(/^\| `npm (?:run )?([\w:]+)/gm)].map(([, name]) => name);
  expect(lines.sort()).toEqual(names.sort());
  expect(names.length).toBeLessThanOrEqual(20);
});

test.skipIf(process.platform === "win32").each(shown(/\bnpx /))("%s works", async (command) => {
  const success = documentedResponse("markMessagesAsRead 200 messagesRead");
  const unauthorized = documentedResponse("markMessagesAsRead 401 unauthorized");
  const server = await startApiServer({
    markMessagesAsRead: ({ headers }) => (headers["authorization"] === "Bearer a-token" ? success : unauthorized),
  });
  await writeFile(join(folder, "order-ids.txt"), "order-1\norder-2\n");
  await runShown(folder, command, server.url).finally(server.close);
  expect(server.requests.map(({ headers }) => headers["authorization"])).toContain("Bearer a-token");
});
