import { execFileSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root } from "../../scripts/common/paths.js";
import { runNode, type RunResult } from "./run-node.js";

/** A copy of the repository in which a test may break things. */
export interface RepositoryCopy {
  /** Where a file of the copy is. */
  path(path: string): string;
  read(path: string): Promise<string>;
  write(path: string, content: string): Promise<void>;
  /** Changes a text that must occur in the file. */
  replace(path: string, from: string, to: string): Promise<void>;
  /** Commits the copy as it is, with the tag of a release. */
  release(tag: string): void;
  /** Runs one of the copy's scripts, by its folder. */
  run(script: string, ...args: string[]): Promise<RunResult>;
  remove(): Promise<void>;
}

export async function copyRepository(): Promise<RepositoryCopy> {
  const folder = await mkdtemp(join(tmpdir(), "repository-"));
  for (const part of ["openapi", "generated", "scripts", "src", "package.json", "tsconfig.json"])
    await cp(join(root, part), join(folder, part), {
      recursive: true,
      filter: (path) => basename(path) !== "node_modules",
    });
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");

  const at = (path: string) => join(folder, path);
  const read = (path: string) => readFile(at(path), "utf8");
  const write = (path: string, content: string) => writeFile(at(path), content);
  return {
    path: at,
    read,
    write,
    async replace(path, from, to) {
      const content = await read(path);
      if (!content.includes(from)) throw new Error(`${path} does not contain ${from}`);
      await write(
        path,
        content.replace(from, () => to),
      );
    },
    release(tag) {
      const as = ["-c", "user.name=a", "-c", "user.email=a@b.invalid", "-c", "commit.gpgsign=false"];
      for (const args of [
        ["init", "--quiet"],
        ["add", "openapi"],
        ["commit", "--quiet", "--message", tag],
        ["tag", tag],
      ])
        execFileSync("git", [...as, ...args], { cwd: folder });
    },
    run: (script, ...args) => runNode([join(folder, "scripts", script, "index.js"), ...args], { cwd: tmpdir() }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
