import { describe, expect, test, vi } from "vitest";
import { Display } from "../../../../src/cli/mark-read/display.js";
import { Tally } from "../../../../src/cli/mark-read/tally.js";
import type { ProcessIO } from "../../../../src/cli/process-io.js";
import { useFakeClock } from "../../../support/fake-clock.js";

useFakeClock();

const setback = {
  error: Object.assign(new Error("The API responded with status 503"), { name: "ApiError", httpStatus: 503 }),
  retryAfterMs: undefined,
  isOverload: true,
};

function display({ isTTY = false, isTyped = false, env = {} as Record<string, string> } = {}) {
  const written: string[] = [];
  const stderr = { isTTY, columns: 200, write: (text: string) => written.push(text) } as unknown as ProcessIO["stderr"];
  const tally = new Tally("line");
  const said = () => written.splice(0).join("");
  return { display: new Display({ stderr, env }, tally, isTyped), tally, said };
}

describe("in a log", () => {
  test("a wait for the API is said once it is long, and so is its end", () => {
    const { display: log, said } = display();
    log.hold(setback, 1000, 0);
    log.hold(setback, 2999, 2000);
    expect(said()).toBe("");
    log.hold(setback, 3000, 2000);
    const message = "instacart-chat: waiting for the API (The API responded with status 503), next try in 3 s\n";
    expect(said()).toBe(message);
    log.hold(setback, 6000, 5000);
    expect(said()).toBe("");
    log.open(11_000);
    expect(said()).toBe("instacart-chat: continuing after 11 s\n");
    log.hold(setback, 3000, 2000);
    expect(said()).toBe(message);
  });

  test("the end of a short wait is not said", () => {
    const { display: log, said } = display();
    log.hold(setback, 1000, 0);
    log.open(1000);
    expect([said(), log.hasBar, vi.getTimerCount()]).toEqual(["", false, 0]);
  });
});

describe("on a terminal", () => {
  test("the bar is drawn again every second, with the rest of a wait, until it is closed", async () => {
    const { display: screen, said, tally } = display({ isTTY: true });
    tally.total = 3;
    expect(screen.hasBar).toBe(true);
    screen.hold(setback, 2500, 10_000);
    expect(said()).toBe(`\r[${"-".repeat(30)}] 0 done, 0 failed of 3, waiting 2.5 s (ApiError, status 503)\u001b[K`);
    await vi.advanceTimersByTimeAsync(1000);
    expect(said()).toContain("waiting 1.5 s (");
    await vi.advanceTimersByTimeAsync(2000);
    expect(said()).toContain("waiting 0 ms (");
    screen.open(3000);
    screen.update();
    expect(said()).toBe(`\r[${"-".repeat(30)}] 0 done, 0 failed of 3\u001b[K`);
    screen.close();
    expect([said(), screen.hasBar, vi.getTimerCount()]).toEqual(["\r\u001b[K", false, 0]);
    screen.update();
    expect(said()).toBe("");
  });

  test("what is said comes above the bar", () => {
    const { display: screen, said } = display({ isTTY: true, env: { NO_COLOR: "1" } });
    screen.say("one", "two");
    expect(said()).toBe("\r\u001b[Kinstacart-chat: one\ninstacart-chat: two\n\r0 done, 0 failed\u001b[K");
  });

  test("there is no bar where somebody types, or where a line cannot be erased", () => {
    expect(display({ isTTY: true, isTyped: true }).display.hasBar).toBe(false);
    expect(display({ isTTY: true, env: { TERM: "dumb" } }).display.hasBar).toBe(false);
  });
});
