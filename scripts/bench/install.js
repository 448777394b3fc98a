// Installs a project with every client: the packed package, the others from the registry, and those that are generated from
// the same spec.
import { execFile } from "node:child_process";
import { cp, mkdir, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { pack } from "../build/pack.js";
import { specFile, generatedFolder, root } from "../common/paths.js";
import { redocly } from "../common/redocly.js";

const PROJECT = resolve(root, "scripts/bench/project");

/**
 * @param {string} folder
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the project's folder; the JavaScript of project/clients is in its folder built/clients
 */
export async function installClients(folder, signal) {
  const project = join(folder, "project");
  await cp(PROJECT, project, { recursive: true });
  const { tarball } = await pack(folder);
  const env = { ...process.env, npm_config_loglevel: "error" };
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", tarball];
  await promisify(execFile)("npm", args, { cwd: project, env, signal }).catch((error) => {
    throw new Error(`the clients could not be installed: ${error.stderr?.trim() || error.message}`);
  });
  await generateClients(project, signal);
  await build({
    absWorkingDir: project,
    entryPoints: [
      ...(await readdir(join(project, "clients"))).map((name) => ({
        in: `clients/${name}`,
        out: `clients/${name.slice(0, -3)}`,
      })),
      { in: "generated/redocly/client.ts", out: "generated/redocly" },
      { in: "generated/hey-api/index.ts", out: "generated/hey-api" },
    ],
    outdir: "built",
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
  });
  return project;
}

/**
 * @param {string} project
 * @param {AbortSignal} signal
 */
async function generateClients(project, signal) {
  const generated = join(project, "generated");
  await mkdir(join(generated, "openapi-typescript"), { recursive: true });
  await cp(join(generatedFolder, "api.d.ts"), join(generated, "openapi-typescript/api.d.ts"));

  const output = join(generated, "redocly/client.ts");
  const { exitCode, stderr } = await redocly(["generate-client", specFile, "--output", output]);
  if (exitCode !== 0) throw new Error(`redocly generate-client failed: ${stderr}`);

  const manifest = createRequire(join(project, "package.json")).resolve("@hey-api/openapi-ts/package.json");
  const { bin } = createRequire(manifest)(manifest);
  const generator = resolve(dirname(manifest), bin["openapi-ts"]);
  const args = [generator, "--input", specFile, "--output", join(generated, "hey-api")];
  await promisify(execFile)(process.execPath, [...args, "--no-log-file"], { cwd: project, signal }).catch((error) => {
    throw new Error(`hey-api's generator failed: ${error.stderr?.trim() || error.message}`);
  });
}
