import { beforeEach, describe, expect, test, vi } from "vitest";
import { Gate, type GateOptions, type Pass, type Setback, type Standing } from "../../../../src/cli/mark-read/gate.js";
import { useFakeClock } from "../../../support/fake-clock.js";

useFakeClock();
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5)); // Waits are then exactly 250 ms, 400 ms and so on.

const setback = (change: Partial<Setback> = {}): Setback => ({
  error: new Error("The API fails"),
  isOverload: false,
  retryAfterMs: undefined,
  ...change,
});

/** A gate, and the ids that have come to it: which pass each got, if any. */
function open(change: Partial<GateOptions> = {}) {
  vi.advanceTimersByTime(1000);
  const controller = new AbortController();
  const onHold = vi.fn();
  const onOpen = vi.fn();
  const onGiveUp = vi.fn();
  const gate = new Gate({
    concurrency: 1,
    rate: Infinity,
    maxOutageMs: 300_000,
    signal: controller.signal,
    onHold,
    onOpen,
    onGiveUp,
    ...change,
  });
  const entered: string[] = [];
  const passes = new Map<string, Pass | undefined>();
  const enter = async (name: string, standing: Standing = "fresh") => {
    const entering = gate.enter(standing).then((pass) => {
      entered.push(pass ? name : `${name} has no pass`);
      passes.set(name, pass);
    });
    await Promise.race([entering, vi.advanceTimersByTimeAsync(0)]);
  };
  /** The pass of an id that has been let in. */
  const passOf = (name: string): Pass => {
    const pass = passes.get(name);
    if (!pass) throw new Error(`${name} has no pass`);
    return pass;
  };
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  /** Begins a hold. */
  const hold = async (change: Partial<Setback> = {}) => {
    await enter("the one that fails");
    gate.failed(passOf("the one that fails"), setback(change), true);
    entered.length = 0;
  };
  return { gate, enter, entered, passOf, pass, hold, onHold, onOpen, onGiveUp, stop: () => controller.abort() };
}

describe("an open gate", () => {
  test("gives as many passes as there may be requests at once, and another one for each that is handed back", async () => {
    const { gate, enter, entered, passOf, pass } = open({ concurrency: 2 });
    for (const name of ["a", "b", "c", "d"]) await enter(name);
    expect(entered).toEqual(["a", "b"]);
    gate.succeeded(passOf("b"));
    await pass(0);
    expect(entered).toEqual(["a", "b", "c"]);
    gate.tokenSettled(passOf("a"), false);
    await pass(0);
    expect(entered).toEqual(["a", "b", "c", "d"]);
    expect(passOf("d").isProbe).toBe(false);
  });

  test("lets ids that failed before go first, since results wait for them", async () => {
    const { gate, enter, entered, passOf, pass } = open();
    await enter("first");
    for (const standing of ["fresh", "suspect", "repeated"] as const) await enter(standing, standing);
    for (const name of ["first", "repeated", "suspect"]) {
      gate.succeeded(passOf(name));
      await pass(0);
    }
    expect(entered).toEqual(["first", "repeated", "suspect", "fresh"]);
  });

  test("gives no more passes in a second than allowed", async () => {
    const { enter, entered, pass } = open({ concurrency: 9, rate: 10 });
    for (const name of ["a", "b", "c", "d"]) await enter(name);
    expect(entered).toEqual(["a"]);
    await pass(90); // Ten milliseconds may be made up for.
    for (const expected of [
      ["a", "b"],
      ["a", "b", "c"],
      ["a", "b", "c", "d"],
    ]) {
      expect(entered).toEqual(expected);
      await pass(99);
      expect(entered).toEqual(expected);
      await pass(1);
    }
    expect(vi.getTimerCount()).toBe(0);
  });

  test("stays open after a failure that is none of the others' business", async () => {
    const { gate, enter, entered, passOf, onHold } = open();
    await enter("a");
    gate.failed(passOf("a"), setback(), false);
    await enter("b");
    expect(entered).toEqual(["a", "b"]);
    expect(passOf("b").isProbe).toBe(false);
    expect(onHold).not.toHaveBeenCalled();
  });

  test("knows whether there is another id that could show how the API is", async () => {
    const { gate, enter, passOf, pass } = open();
    expect(gate.isIdle).toBe(true);
    await enter("a");
    expect(gate.isIdle).toBe(false);
    await enter("b");
    gate.succeeded(passOf("a"));
    await pass(0);
    expect(gate.isIdle).toBe(false);
    gate.failed(passOf("b"), setback(), true);
    expect(gate.isIdle).toBe(true);
    await enter("c", "suspect");
    expect(gate.isIdle).toBe(false);
  });

  test("counts the ids that got a response", async () => {
    const { gate, enter, passOf } = open({ concurrency: 3 });
    for (const name of ["a", "b", "c"]) await enter(name);
    gate.succeeded(passOf("a"));
    gate.tokenSettled(passOf("b"), false);
    gate.failed(passOf("c"), setback(), true);
    expect(gate.successes).toBe(1);
  });
});

describe("a hold", () => {
  test("begins with a failure, lets one probe pass when the time has come, and ends when it succeeds", async () => {
    const { gate, enter, entered, passOf, pass, hold, onHold, onOpen } = open({ concurrency: 3 });
    await hold();
    expect(onHold).toHaveBeenCalledExactlyOnceWith(setback(), 250, 0);
    for (const name of ["a", "b", "c"]) await enter(name);
    await pass(249);
    expect(entered).toEqual([]);
    await pass(1);
    expect(entered).toEqual(["a"]);
    expect(passOf("a").isProbe).toBe(true);
    await pass(10);
    gate.succeeded(passOf("a"));
    await pass(0);
    expect(entered).toEqual(["a", "b", "c"]);
    expect(passOf("b").isProbe).toBe(false);
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(260);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("goes on when the probe fails, longer each time", async () => {
    const { gate, enter, passOf, pass, hold, onHold } = open();
    await hold();
    await enter("a");
    await pass(250);
    gate.failed(passOf("a"), setback(), false);
    expect(onHold).toHaveBeenLastCalledWith(setback(), 400, 250);
    await enter("b");
    await pass(400);
    gate.failed(passOf("b"), setback(), false);
    expect(onHold).toHaveBeenLastCalledWith(setback(), expect.closeTo(640, 5), 650);
  });

  test.each([
    [0, 187.5],
    [0.999_999, 312.5],
  ])("has a random part, so that clients do not come back at the same moment: %d", async (random, waitMs) => {
    vi.spyOn(Math, "random").mockReturnValue(random);
    const { hold, onHold } = open();
    await hold();
    expect(onHold).toHaveBeenCalledWith(setback(), expect.closeTo(waitMs, 2), 0);
  });

  test("lasts as long as the API asks for", async () => {
    const { enter, entered, pass, hold, onHold } = open();
    await hold({ retryAfterMs: 7000 });
    expect(onHold).toHaveBeenCalledWith(setback({ retryAfterMs: 7000 }), 7000, 0);
    await enter("a");
    await pass(6999);
    expect(entered).toEqual([]);
    await pass(1);
    expect(entered).toEqual(["a"]);
  });

  test("is made longer by requests that were under way and are asked to wait, never shorter", async () => {
    const { gate, enter, entered, passOf, pass, onHold } = open({ concurrency: 4 });
    for (const name of ["a", "b", "c", "d"]) await enter(name);
    gate.failed(passOf("a"), setback({ retryAfterMs: 1000 }), true);
    gate.failed(passOf("b"), setback({ retryAfterMs: 3000 }), true);
    gate.failed(passOf("c"), setback({ retryAfterMs: 2000 }), true);
    gate.failed(passOf("d"), setback(), true);
    expect(onHold).toHaveBeenCalledOnce();
    await enter("e");
    await pass(2999);
    expect(entered).not.toContain("e");
    await pass(1);
    expect(entered).toContain("e");
  });

  test("is not ended by a request that was under way, nor by a token", async () => {
    const { gate, enter, entered, passOf, pass, onOpen } = open({ concurrency: 2 });
    for (const name of ["a", "b"]) await enter(name);
    gate.failed(passOf("a"), setback(), true);
    gate.succeeded(passOf("b"));
    for (const name of ["c", "d", "e"]) await enter(name);
    await pass(250);
    expect(entered).toEqual(["a", "b", "c"]);
    gate.tokenSettled(passOf("c"), false); // The next probe may go at once.
    await pass(0);
    expect(entered).toEqual(["a", "b", "c", "d"]);
    expect(passOf("d").isProbe).toBe(true);
    expect(onOpen).not.toHaveBeenCalled();
  });

  test("sends as a probe first whoever is to be sent alone, then one that has not failed yet", async () => {
    const { gate, enter, entered, passOf, pass, hold } = open();
    await hold();
    for (const standing of ["repeated", "fresh", "suspect"] as const) await enter(standing, standing);
    for (const name of ["suspect", "fresh", "repeated"]) {
      await pass(60_000);
      gate.tokenSettled(passOf(name), false);
    }
    expect(entered).toEqual(["suspect", "fresh", "repeated"]);
  });

  test("slows the requests after it down if there were too many, and only then", async () => {
    const after = async (isOverload: boolean) => {
      const { gate, enter, entered, passOf, pass, hold } = open({ concurrency: 10 });
      await hold({ isOverload });
      for (const name of ["a", "b", "c", "d"]) await enter(name);
      await pass(250);
      gate.succeeded(passOf("a"));
      await pass(10);
      return entered;
    };
    expect(await after(false)).toEqual(["a", "b", "c", "d"]);
    expect(await after(true)).toEqual(["a"]); // About one a second.
  });
});

describe("an outage is given up", () => {
  test("when the last probe, at the end of the longest time, has failed", async () => {
    const { gate, enter, passOf, pass, hold, onHold, onGiveUp } = open({ maxOutageMs: 1000 });
    await hold();
    for (const [name, waitMs] of [
      ["a", 250],
      ["b", 400],
      ["c", 350],
    ] as const) {
      expect(onHold).toHaveBeenLastCalledWith(setback(), waitMs, expect.any(Number));
      expect(onGiveUp).not.toHaveBeenCalled();
      await enter(name);
      await pass(waitMs);
      gate.failed(passOf(name), setback(), true);
    }
    expect(onGiveUp).toHaveBeenCalledExactlyOnceWith(setback(), 1000);
    expect(onHold).toHaveBeenCalledTimes(3);
  });

  test("at once when the API asks to wait beyond it, and not when it asks to wait until then", async () => {
    const patient = open({ maxOutageMs: 1000 });
    await patient.hold({ retryAfterMs: 1000 });
    expect(patient.onGiveUp).not.toHaveBeenCalled();
    const { hold, onHold, onGiveUp } = open({ maxOutageMs: 1000 });
    await hold({ retryAfterMs: 1001 });
    expect(onGiveUp).toHaveBeenCalledExactlyOnceWith(setback({ retryAfterMs: 1001 }), 0);
    expect(onHold).not.toHaveBeenCalled();
  });
});

describe("a failed probe asks whether the API or the id fails", () => {
  /** A hold with a probe under way, and others that wait. */
  async function probing(...waiting: readonly (readonly [name: string, standing: Standing])[]) {
    const opened = open();
    await opened.hold();
    await opened.enter("probe", "suspect");
    await opened.pass(250);
    for (const [name, standing] of waiting) await opened.enter(name, standing);
    opened.onHold.mockClear();
    opened.entered.length = 0;
    return opened;
  }

  test("by another id, which is sent at once, and best is one that has not failed yet", async () => {
    const { gate, entered, passOf, pass, onHold, onOpen } = await probing(
      ["repeated", "repeated"],
      ["suspect", "suspect"],
      ["fresh", "fresh"],
    );
    const isAlone = gate.failedAlone(passOf("probe"), setback());
    await pass(0);
    expect(entered).toEqual(["fresh"]);
    expect(passOf("fresh").isProbe).toBe(true);
    expect(onHold).not.toHaveBeenCalled();
    gate.succeeded(passOf("fresh"));
    expect(await isAlone).toBe(true);
    expect(onOpen).toHaveBeenCalledOnce();
    for (const name of ["repeated", "suspect"]) {
      await pass(0);
      gate.succeeded(passOf(name));
    }
    expect(gate.isIdle).toBe(true);
  });

  test("or else by one that failed before, rather than by one that is to be sent alone", async () => {
    const { gate, entered, passOf, pass } = await probing(["suspect", "suspect"], ["repeated", "repeated"]);
    void gate.failedAlone(passOf("probe"), setback());
    await pass(0);
    expect(entered).toEqual(["repeated"]);
  });

  test("and if that fails, too, it is the API", async () => {
    const { gate, passOf, pass, onHold } = await probing(["fresh", "fresh"]);
    const isAlone = gate.failedAlone(passOf("probe"), setback());
    await pass(0);
    gate.failed(passOf("fresh"), setback(), true);
    expect(await isAlone).toBe(false);
    expect(onHold).toHaveBeenCalledOnce();
  });

  test.each<[string, (gate: Gate, pass: Pass) => void]>([
    ["gets no token", (gate, pass) => gate.tokenSettled(pass, true)],
    ["has failed for long", (gate, pass) => gate.failedInVain(pass, setback())],
  ])("and if that one %s, nobody knows", async (_, end) => {
    const { gate, passOf, pass } = await probing(["fresh", "fresh"]);
    const isAlone = gate.failedAlone(passOf("probe"), setback());
    await pass(0);
    end(gate, passOf("fresh"));
    expect(await isAlone).toBe(false);
  });

  test("of which one that gets a token must wait for what it is for", async () => {
    const { gate, passOf, pass } = await probing(["fresh", "fresh"]);
    const isAlone = gate.failedAlone(passOf("probe"), setback());
    const answered = vi.fn();
    void isAlone.then(answered);
    await pass(0);
    gate.tokenSettled(passOf("fresh"), false);
    await pass(0);
    expect(answered).not.toHaveBeenCalled();
  });

  test("and when the run stops, nobody knows", async () => {
    const { gate, passOf, pass, stop } = await probing(["fresh", "fresh"]);
    const isAlone = gate.failedAlone(passOf("probe"), setback());
    await pass(0);
    stop();
    expect(await isAlone).toBe(false);
  });

  test("not if no other id waits: then the hold goes on", async () => {
    const { gate, passOf, onHold } = await probing();
    expect(await gate.failedAlone(passOf("probe"), setback())).toBe(false);
    expect(onHold).toHaveBeenCalledExactlyOnceWith(setback(), 400, 250);
  });

  test("not if another request is under way that may show it", async () => {
    const { gate, enter, passOf, pass, onHold } = open({ concurrency: 2 });
    for (const name of ["a", "b"]) await enter(name);
    gate.failed(passOf("a"), setback(), true);
    for (const name of ["probe", "c"]) await enter(name);
    await pass(250);
    expect(await gate.failedAlone(passOf("probe"), setback())).toBe(false);
    expect(onHold).toHaveBeenCalledTimes(2);
  });

  test("not if it was not the probe", async () => {
    const { gate, enter, passOf, onHold } = open();
    for (const name of ["a", "b"]) await enter(name);
    expect(await gate.failedAlone(passOf("a"), setback())).toBe(false);
    expect(onHold).toHaveBeenCalledOnce();
  });
});

describe("ids that fail when no other is left have waited in vain", () => {
  async function left(change: Partial<GateOptions> = {}) {
    const opened = open(change);
    const { gate, enter, passOf } = opened;
    await enter("success");
    gate.succeeded(passOf("success"));
    gate.expectsMore = false;
    await opened.hold();
    return opened;
  }

  test.each([
    ["after a minute", {}, 60_000],
    ["after the longest outage, if that is shorter", { maxOutageMs: 10_000 }, 10_000],
  ])("%s", async (_, options, ms) => {
    const { gate, pass } = await left(options);
    await pass(ms - 1);
    expect(gate.hasWaitedInVain).toBe(false);
    await pass(1);
    expect(gate.hasWaitedInVain).toBe(true);
  });

  test("unless more may come, none has succeeded, or nothing is held back", async () => {
    const { gate, pass, enter, passOf } = await left();
    await pass(60_000);
    gate.expectsMore = true;
    expect(gate.hasWaitedInVain).toBe(false);
    gate.expectsMore = false;
    gate.successes = 0;
    expect(gate.hasWaitedInVain).toBe(false);
    await enter("probe");
    gate.succeeded(passOf("probe"));
    expect(gate.hasWaitedInVain).toBe(false);
  });

  test("and then the next probe goes at once, and the hold is not made longer", async () => {
    const { gate, enter, entered, passOf, pass, onHold } = await left();
    for (const name of ["a", "b"]) await enter(name);
    await pass(60_000);
    gate.failedInVain(passOf("a"), setback());
    await pass(0);
    expect(entered).toEqual(["a", "b"]);
    expect(passOf("b").isProbe).toBe(true);
    expect(onHold).toHaveBeenCalledOnce();
  });

  test("but what was no probe begins a hold", async () => {
    const { gate, enter, passOf, onHold } = open();
    await enter("a");
    gate.failedInVain(passOf("a"), setback());
    expect(onHold).toHaveBeenCalledOnce();
  });
});

describe("when the run stops", () => {
  test("everyone who waits gets no pass, whoever comes later gets none either, and no timer is left", async () => {
    const { enter, entered, hold, stop, pass } = open();
    await hold();
    for (const standing of ["fresh", "repeated", "suspect"] as const) await enter(standing, standing);
    stop();
    await pass(0);
    expect(entered.toSorted()).toEqual(["fresh has no pass", "repeated has no pass", "suspect has no pass"]);
    await enter("later");
    expect(entered).toContain("later has no pass");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a pass that is handed back lets nobody in", async () => {
    const { gate, enter, passOf, stop } = open();
    await enter("a");
    stop();
    gate.failed(passOf("a"), setback(), true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
