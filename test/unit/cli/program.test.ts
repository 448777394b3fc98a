import { expect, test } from "vitest";
import { runCommand as command } from "../../support/run-command.js";

test.each([
  ["instacart-chat [options] [command]", [["--help"], ["-h"], ["help"]]],
  [
    "instacart-chat mark-read ",
    [
      ["mark-read", "--help"],
      ["mark-read", "-h"],
      ["help", "mark-read"],
    ],
  ],
])("help of %s goes to standard output", async (usage, ways) => {
  const stdout = expect.stringContaining(`Usage: ${usage}`) as string;
  for (const args of ways) expect(await command(args)).toEqual({ status: 0, stdout, stderr: "" });
});

test("without a command, help goes to standard error, with the exit status of a usage error", async () => {
  expect(await command([])).toEqual({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("Usage: instacart-chat"),
  });
});

test.each([[[]], [["mark-read"]], [["contract"]]])(
  "help %j says what each command and each option is for",
  async (args) => {
    const { stdout } = await command([...args, "--help"]);
    const [usage, description, ...blocks] = stdout.split("\n\n");
    expect(usage).toMatch(/^Usage: instacart-chat/);
    expect(description).toMatch(/^[A-Z][^]*\.$/);
    const lists = blocks.filter((block) => /^(Arguments|Options|Commands):\n/.test(block));
    const entries = lists.flatMap((list) => list.match(/^ {2}\S.*$/gm) ?? []);
    expect(entries.length).toBeGreaterThan(4);
    for (const entry of entries) expect(entry).toMatch(/^ {2}\S+( \S+)* {2,}[a-z]/);
  },
);

test.each(["mark-read", "contract"])("the help of %s explains its exit statuses, and has an example", async (name) => {
  const { stdout } = await command([name, "--help"]);
  expect(stdout).toMatch(/\nExit status:\n( {2}\d \S*.*\n)+/);
  expect(stdout).toMatch(new RegExp(`\\nExamples?:\\n  (instacart-chat|npx instacart-post-checkout-chat) ${name} `));
});

test("--version prints the version, and nothing else", async () => {
  expect(await command(["--version"])).toEqual({ status: 0, stdout: "0.0.0\n", stderr: "" });
});

test("help lists the options of the program", async () => {
  const { stdout } = await command(["--help"]);
  expect(stdout.match(/^ {2}-.*$/gm)?.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ["--version", "print the version"],
    ["--no-color", "do not use colors"],
    ["-h, --help", "display help"],
  ]);
});

test.each([
  [["--no-color"], "instacart-chat: "],
  [[], "\u001b[1minstacart-chat:\u001b[22m "],
])("on a terminal, %j decides whether there are colors", async (options, expected) => {
  const { stderr } = await command([...options, "mark-read", "-"], { INSTACART_ACCESS_TOKEN: "a-token" }, "", {
    isTTY: true,
  });
  expect(stderr).toContain(`${expected}nothing to do`);
});

test("a mistyped option of the program is one line, with the exit status of a usage error", async () => {
  expect(await command(["--versoin"])).toEqual({
    status: 2,
    stdout: "",
    stderr: "instacart-chat: unknown option '--versoin' (Did you mean --version?)\n",
  });
});

test("a bug is told on one line, with the exit status of a failure", async () => {
  const env = Object.defineProperty({}, "INSTACART_BASE_URL", {
    get() {
      throw new RangeError("a bug\nof ours");
    },
  });
  expect(await command(["mark-read", "a"], env)).toEqual({
    status: 1,
    stdout: "",
    stderr: "instacart-chat: a bug of ours\n",
  });
});
