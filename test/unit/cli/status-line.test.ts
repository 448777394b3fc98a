import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { progressBar, StatusLine } from "../../../src/cli/status-line.js";
import { VirtualClock } from "../../support/virtual-clock.js";

const progress = { done: 40, failed: 10, total: 200, perSecond: 25, waitMs: 0 };

test.each([
  [80, progress, "[#######-----------------------] 40 done, 10 failed of 200, 6 s left, 25/s"],
  [60, progress, "[###------------] 40 done, 10 failed of 200, 6 s left, 25/s"],
  [36, progress, "40 done, 10 failed of 200, 6 s left"],
  [40, { ...progress, done: 190 }, "190 done, 10 failed of 200, 25/s"],
  [40, progress, "40 done, 10 failed of 200, 6 s left"],
  [20, progress, "40 done, 10 failed "],
  [
    80,
    { ...progress, waitMs: 61_000 },
    "[######--------------------] 40 done, 10 failed of 200, waiting 1 min 1 s, 25/s",
  ],
  [80, { ...progress, done: 0, failed: 0 }, "[------------------------------] 0 done, 0 failed of 200"],
])("in %i columns, the bar fits on a line: %j", (columns, given, expected) => {
  expect(progressBar(given, columns)).toBe(expected);
});

describe("the status line", () => {
  function start({ isTTY = false, isQuiet = false, TERM = "xterm" } = {}) {
    const clock = new VirtualClock();
    const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80 });
    const status = new StatusLine({ stderr, env: { NO_COLOR: "1", TERM } }, isQuiet, clock);
    status.start(() => progress);
    const pass = (ms: number) => clock.settle(clock.delay(ms));
    return { clock, status, pass, text: () => String((stderr.read() as Buffer | null) ?? "") };
  }
  const line = "instacart-chat: 40 done, 10 failed of 200, 6 s left, 25/s\n";

  test("is a line a minute where there is no terminal", async () => {
    const { pass, text } = start();
    await pass(119_999);
    expect(text()).toBe(line);
    await pass(1);
    expect(text()).toBe(line);
  });

  test("is a bar in a terminal, drawn anew each second and after a message", async () => {
    const { pass, status, text, clock } = start({ isTTY: true });
    await pass(2001);
    expect(text().match(/\r\[#/g)).toHaveLength(3);
    status.say("hello");
    expect(text()).toMatch(/^\r\x1b\[Kinstacart-chat: hello\n\r\[#+-+\] 40 done.*\x1b\[K$/);
    status.stop();
    expect([text(), clock.pending]).toEqual(["\r\x1b[K", 0]);
  });

  test.each([
    ["with --quiet", { isTTY: true, isQuiet: true }, ""],
    ["in a dumb terminal, which erases nothing", { isTTY: true, TERM: "dumb" }, line],
  ])("%s has no bar", async (_, setting, expected) => {
    const { pass, text, status } = start(setting);
    await pass(60_000);
    expect(text()).toBe(expected);
    status.tell("an error");
    expect(text()).toBe("instacart-chat: an error\n");
  });
});
