// A project with what the guides' code needs, and the code of a guide: the blocks whose first line names their file.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import typescript from "typescript";
import { root } from "../../scripts/common/paths.js";
import type { ReceivedRequest, ScriptedResponse } from "./api-server.js";

/** Installs the packed package and what the guides use beside it, as a reader does. */
export async function installGuideProject(folder: string, tarball: string): Promise<void> {
  await cp(join(root, "test/docs/project"), folder, { recursive: true });
  // `npm ci` would reject the lock file, which does not have the tarball.
  await promisify(execFile)("npm", ["install", "--no-save", "--ignore-scripts", tarball], { cwd: folder });
}

/** @returns the text of each file by its name */
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
