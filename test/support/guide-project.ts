// What documents show, compiled and run as their readers do: the README and the guides.
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import typescript from "typescript";
import { root } from "../../scripts/common/paths.js";
import type { ReceivedRequest, ScriptedResponse } from "./api-server.js";
import { runNode } from "./run-node.js";

const NAME = "instacart-post-checkout-chat";
const STRICT =
  "--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --noEmit --skipLibCheck --target es2022 --module nodenext --types node";

/** Installs the packed package and what the guides use beside it, as a reader does. */
export async function installGuideProject(folder: string, tarball: string): Promise<void> {
  await cp(join(root, "test/docs/project"), folder, { recursive: true });
  // `npm ci` would reject the lock file, which does not have the tarball.
  await promisify(execFile)("npm", ["install", "--no-save", "--ignore-scripts", tarball], { cwd: folder });
}

/** Lets code in a folder import these packages of the repository, beside those that are there already. */
export async function linkPackages(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, "node_modules", name), link, "junction").catch(() => {});
  }
}

/** What the compiler says of modules under strict rules, in a folder where the package is installed. */
export async function compile(folder: string, modules: Record<string, string>) {
  for (const [name, code] of Object.entries(modules)) await writeFile(join(folder, `${name}.mts`), code);
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const files = Object.keys(modules).map((name) => `${name}.mts`);
  const types = ["--typeRoots", join(root, "node_modules/@types")];
  const { status, stdout } = await runNode([tsc, ...STRICT.split(" "), ...types, ...files], { cwd: folder });
  return { status, stdout };
}

/** Runs a unit test in a folder where the package is installed. */
export async function runUnitTest(folder: string, name: string, code: string) {
  await writeFile(join(folder, `${name}.test.mjs`), toJavaScript(code));
  const { status, stdout } = await runNode(["--test", `${name}.test.mjs`], { cwd: folder });
  return { status, stdout };
}

/** Runs a command line in a folder where the package is installed; npx finds it there, and downloads nothing. */
export async function runShown(folder: string, command: string, server: string, env: Record<string, string> = {}) {
  const npx = join(folder, "bin/npx");
  await mkdir(dirname(npx), { recursive: true });
  await writeFile(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" node_modules/${NAME}/dist/cli.js "$@"\n`);
  await chmod(npx, 0o755);
  const path = [dirname(npx), process.env["PATH"]].join(delimiter);
  const own = { PATH: path, INSTACART_BASE_URL: server, INSTACART_ACCESS_TOKEN: "a-token" };
  const runnable = command.replaceAll("https://…", server).replaceAll("…", "a-token");
  await promisify(execFile)("sh", ["-c", runnable], { cwd: folder, env: { ...own, ...env } });
}

/** @returns the text of each file by its name, from the blocks of a guide whose first line names their file */
export async function guideFiles(guide: string): Promise<Record<string, string>> {
  const text = await readFile(join(root, "scripts/docs/guides", guide), "utf8");
  const blocks = [...text.matchAll(/^```\w+\n\/\/ (\S+\.tsx?)\n(.*?)^```/gms)];
  return Object.fromEntries(blocks.map(([, file = "", code = ""]) => [file, code]));
}

/** Writes files, each into its own folder. */
export async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}

/** What a module in TypeScript is when Node or a browser runs it. */
export function toJavaScript(code: string): string {
  const { ESNext } = typescript.ModuleKind;
  return typescript.transpileModule(code, {
    compilerOptions: { module: ESNext, target: typescript.ScriptTarget.ES2022 },
  }).outputText;
}

/** A responder of the API server: gives each user one token. */
export function tokenOfUser({ body }: ReceivedRequest): ScriptedResponse {
  const { user_id: user } = JSON.parse(atob(JSON.parse(body).assertion));
  return { body: { access_token: `token-of-${user}`, token_type: "Bearer", expires_in: 86400, created_at: 0 } };
}
