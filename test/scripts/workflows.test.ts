import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/shared/paths.js";

const FOLDER = join(root, ".github/workflows");
const FILES = (await readdir(FOLDER)).sort();
const read = (file: string) => readFile(join(FOLDER, file), "utf8");
/** Those with a job that may write, each held to a rule of its own below. */
const PUBLISHING = ["docs.yml", "release.yml"];
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { scripts: object };

test("there are workflows to hold to the rules", () => {
  expect(FILES).toEqual(
    expect.arrayContaining(["checks.yml", "contract.yml", "docs.yml", "mutation.yml", "release.yml"]),
  );
});

describe.each(FILES)("%s", (file) => {
  test("pins every action to a commit, and says which version that is", async () => {
    const actions = all(await read(file), /^ *(?:- )?uses: (.+)$/gm);
    expect(actions).not.toEqual([]);
    for (const action of actions) expect(action).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("may read the repository and nothing else, one job that publishes aside", async () => {
    const text = await read(file);
    expect(text).toMatch(/^permissions:\n  contents: read\n\n/m);
    expect(all(text, /\b(permissions):/g)).toHaveLength(PUBLISHING.includes(file) ? 2 : 1);
  });

  test("leaves no token behind in the checkout", async () => {
    const steps = (await read(file)).split(/^ {6}- /m).filter((step) => step.includes("actions/checkout@"));
    expect(steps).not.toEqual([]);
    for (const step of steps) expect(step).toContain("\n          persist-credentials: false\n");
  });

  test("is not run for strangers with the rights of the repository", async () => {
    expect(await read(file)).not.toMatch(/pull_request_target|workflow_run/);
  });

  test("puts no expression into a command", async () => {
    for (const command of commands(await read(file))) expect(command).not.toContain("${{");
  });

  test("names npm scripts that exist", async () => {
    for (const name of npmScripts(commands(await read(file)))) expect(scripts).toHaveProperty([name]);
  });

  test("ends: each job has a time limit, and runs of one kind do not pile up", async () => {
    const text = await read(file);
    expect(all(text, /^ {4}(timeout-minutes: \d+)$/gm)).toHaveLength(all(text, /^ {4}(runs-on): /gm).length);
    expect(text).toMatch(/^concurrency:\n  group: .+\n/m);
  });

  test.skipIf(file === "contract.yml")("has no secrets", async () => {
    expect(await read(file)).not.toMatch(/\bsecrets\b/);
  });
});

test("contract.yml, which has secrets, runs by schedule or by hand, and for the default branch only", async () => {
  const text = await read("contract.yml");
  const [events = ""] = all(text, /^on:\n((?: .*\n)+)/gm);
  expect(all(events, /^  (\w+):/gm)).toEqual(["schedule", "workflow_dispatch"]);
  expect(text).toContain(
    "    if: ${{ github.event_name == 'schedule' || github.ref_name == github.event.repository.default_branch }}\n",
  );
});

test("contract.yml gets its access token itself, so that none can expire", async () => {
  const text = await read("contract.yml");
  expect(text).toContain("INSTACART_CLIENT_SECRET");
  expect(text).not.toContain("ACCESS_TOKEN");
});

test("contract.yml gives the secrets to the one step that needs them", async () => {
  const steps = (await read("contract.yml")).split(/^ {6}- /m);
  const given = steps.filter((step) => /: \$\{\{ secrets\.\w+ \}\}/.test(step));
  expect(given.map(commands)).toEqual([[expect.stringMatching(/^npm run contract -- --base-url "\$BASE_URL" /)]]);
});

test("docs.yml publishes from the default branch only, by a job that has no other right and no code of the repository", async () => {
  const [publish = ""] = all(await read("docs.yml"), /^  publish:\n((?: {4}.*\n)+)/gm);
  expect(publish).toContain("    if: ${{ github.ref_name == github.event.repository.default_branch }}\n");
  expect(publish).toContain("    permissions:\n      pages: write\n      id-token: write\n    environment:\n");
  expect(all(publish, /^ *(?:- )?uses: ([\w/-]+)@/gm)).toEqual(["actions/deploy-pages"]);
  expect(commands(publish)).toEqual([]);
});

test("release.yml publishes a version whose tag was pushed, without a secret, after the tests", async () => {
  const text = await read("release.yml");
  expect(text).toContain('on:\n  push:\n    tags:\n      - "v*"\n\n');
  expect(text).toContain("    permissions:\n      contents: read\n      id-token: write\n    runs-on: ");
  expect(commands(text)).toEqual([expect.stringContaining('"$GITHUB_REF_NAME"'), "npm ci", "npm test", "npm publish"]);
});

test("checks.yml runs what .ci/run runs, on each Node line that is supported", async () => {
  const text = await read("checks.yml");
  const script = await readFile(join(root, ".ci/run"), "utf8");
  const [loop = ""] = all(script, /^for script in (.+); do$/gm);
  const names = [...npmScripts(script.split("\n")), ...loop.split(" ")];
  expect(npmScripts(commands(text))).toEqual(names.sort());
  expect(text).toContain("node: [20, 22, 24, 26]");
});

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
