// Builds and packs the package, and installs the tarball into an empty project before the package tests. The
// dependencies come from this repository's node_modules, so that no network is needed.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type {} from "vitest";
import type { TestProject } from "vitest/node";
import { pack } from "../../scripts/build/pack.js";
import { root } from "../../scripts/common/paths.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The packed package. */
    tarball: string;
    /** The files in the tarball. */
    packedFiles: string[];
    /** A project in which the tarball is installed. */
    consumerFolder: string;
  }
}

const run = promisify(execFile);
const NAME = "instacart-post-checkout-chat";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "consumer-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const { tarball, files } = await pack(folder);
    await mkdir(join(folder, "node_modules", NAME), { recursive: true });
    await run("tar", ["-xzf", tarball, "-C", join(folder, "node_modules", NAME), "--strip-components=1"]);
    for (const dependency of ["openapi-fetch", "openapi-typescript-helpers", "undici"]) {
      await symlink(join(root, "node_modules", dependency), join(folder, "node_modules", dependency), "junction");
    }
    project.provide("tarball", tarball);
    project.provide("packedFiles", files);
    project.provide("consumerFolder", folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}
