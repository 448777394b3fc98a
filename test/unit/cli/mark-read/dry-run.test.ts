import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "../../../support/run-command.js";

const TOKEN = { INSTACART_ACCESS_TOKEN: "a-very-secret-token" };
const CLIENT = { INSTACART_CLIENT_ID: "client-1", INSTACART_CLIENT_SECRET: "s" };

const fetch = vi.fn();
beforeEach(() => vi.stubGlobal("fetch", fetch));
afterEach(() => {
  expect(fetch).not.toHaveBeenCalled();
  vi.unstubAllGlobals();
});

/** What `mark-read --dry-run` says, without the name of the command. */
async function dryRun(args: string[], env: Record<string, string>, input?: string) {
  const { status, stdout, stderr } = await runCommand(["mark-read", "--dry-run", ...args], env, input);
  expect(stdout).toBe("");
  return {
    status,
    said: stderr
      .split("\n")
      .slice(0, -1)
      .map((line) => line.replace(/^instacart-chat: /, "")),
  };
}

describe("--dry-run sends nothing, and says what would be sent", () => {
  test("for standard input", async () => {
    const done = '{"order_id":"b","messages_read_count":15}';
    const input = `a\tu1\n..\n${done}\n"c"\nd\tu1\n${done}\n${done}\n${done}\ne\tu2\n`;
    expect(await dryRun(["-"], CLIENT, input)).toEqual({
      status: 1,
      said: [
        'line 2: order_id must not be empty, white space only, "." or ".."',
        "line 4: the line begins with a quotation mark; write order ids without quotes",
        "would send 3 (2 users), 2 invalid, 4 already done; nothing was sent",
      ],
    });
  });

  test("for arguments", async () => {
    expect(await dryRun(["a", ".", "b"], TOKEN)).toEqual({
      status: 1,
      said: [
        'order id 2: order_id must not be empty, white space only, "." or ".."',
        "would send 2 (0 users), 1 invalid, 0 already done; nothing was sent",
      ],
    });
  });
});

test("if all orders are valid, the exit status is 0", async () => {
  const said = ["would send 2 (0 users), 0 invalid, 0 already done; nothing was sent"];
  expect(await dryRun(["-"], TOKEN, "a\nb\n")).toEqual({ status: 0, said });
});

test("as many invalid orders as valid ones, or as many that are done, are still something", async () => {
  expect((await dryRun(["a", "."], TOKEN)).said.at(-1)).toContain("would send 1 (0 users), 1 invalid, 0 already done");
  const done = '{"order_id":"b","messages_read_count":15}';
  const { said } = await dryRun(["-"], TOKEN, `a\n${done}\n`);
  expect(said).toEqual(["would send 1 (0 users), 0 invalid, 1 already done; nothing was sent"]);
});

test("input whose orders are all done is something, other than input without orders", async () => {
  const done = '{"order_id":"b","messages_read_count":15}\n';
  expect(await dryRun(["-"], TOKEN, done)).toEqual({
    status: 0,
    said: ["would send 0 (0 users), 0 invalid, 1 already done; nothing was sent"],
  });
  for (const input of ["", "order_id\n\n"])
    expect(await dryRun(["-"], TOKEN, input)).toEqual({
      status: 4,
      said: ["nothing to do: standard input has no order ids"],
    });
});

test("only the first ten invalid orders are shown, and all are counted", async () => {
  const { said } = await dryRun(Array<string>(12).fill("."), TOKEN);
  expect(said.map((line) => line.split(":")[0])).toEqual([
    ...Array.from({ length: 10 }, (_, index) => `order id ${index + 1}`),
    "would send 0 (0 users), 12 invalid, 0 already done; nothing was sent",
  ]);
});

test("an order with a user needs client credentials", async () => {
  expect(await dryRun(["-"], TOKEN, "a\tu1\n")).toEqual({
    status: 2,
    said: ["a user's token needs client credentials: set INSTACART_CLIENT_ID and INSTACART_CLIENT_SECRET"],
  });
});
