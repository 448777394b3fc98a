import { beforeEach, describe, expect, test, vi } from "vitest";
import { Gate } from "../../../../src/cli/mark-read/gate.js";
import { Suspicion } from "../../../../src/cli/mark-read/suspicion.js";
import { settle, useFakeClock } from "../../../support/fake-clock.js";

useFakeClock();
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0.5));

/** An order id that fails at a gate, and others that succeed there when the test says so. */
function start() {
  const controller = new AbortController();
  const onHold = vi.fn();
  const gate = new Gate({
    concurrency: 4,
    rate: Infinity,
    maxOutageMs: 300_000,
    signal: controller.signal,
    onHold,
    onOpen: () => {},
    onGiveUp: () => {},
  });
  const suspicion = new Suspicion(gate);
  const enter = async (standing = suspicion.standing) => {
    const entered = await settle(gate.enter(standing));
    if (entered.status === "rejected" || !entered.value) throw new Error("the gate gave no pass");
    return entered.value;
  };
  return {
    gate,
    suspicion,
    onHold,
    enter,
    stop: () => controller.abort(),
    /** Sends the id once, which fails. Returns whether it must not be sent again, and how long it waited to know. */
    async fail(status: number | undefined, retryAfterMs?: number) {
      const pass = await enter();
      const startedAt = performance.now();
      const setback = { error: new Error("no"), isOverload: false, retryAfterMs };
      const outcome = await settle(
        suspicion.failsAlone(pass, { concerns: "moment", status, setback }, controller.signal),
      );
      return { failsAlone: outcome.status === "fulfilled" && outcome.value, waitedMs: performance.now() - startedAt };
    },
    async succeed() {
      gate.succeeded(await enter("fresh"));
    },
  };
}

describe("the first failure of an id", () => {
  test.each([500, 503, undefined])("says nothing about it, and holds all back: %s", async (status) => {
    const { suspicion, fail, succeed, onHold } = start();
    expect(suspicion.standing).toBe("fresh");
    await succeed();
    expect((await fail(status)).failsAlone).toBe(false);
    expect(suspicion.standing).toBe("repeated");
    expect(onHold).toHaveBeenCalledOnce();
  });
});

describe("a rate limit", () => {
  test.each<[string, number, number?]>([
    ["429", 429],
    ["Retry-After", 503, 10],
  ])("says nothing about an id, however often: %s", async (_, status, retryAfterMs) => {
    const { suspicion, fail, succeed } = start();
    for (let send = 0; send < 6; send += 1) {
      await succeed();
      expect((await fail(status, retryAfterMs)).failsAlone).toBe(false);
    }
    expect(suspicion.standing).toBe("repeated");
    expect((await fail(500)).failsAlone).toBe(false); // The first failure that counts.
    expect((await fail(500)).failsAlone).toBe(false);
    expect((await fail(500)).failsAlone).toBe(true);
  });
});

describe("a 500", () => {
  test("while others succeed is sent three times, at some distance, and holds nobody back", async () => {
    const { fail, succeed, onHold } = start();
    await fail(500);
    await succeed();
    onHold.mockClear();
    expect(await fail(500)).toEqual({ failsAlone: false, waitedMs: expect.closeTo(1000, -1) });
    await succeed();
    expect(await fail(500)).toEqual({ failsAlone: true, waitedMs: expect.closeTo(0, -1) });
    expect(onHold).not.toHaveBeenCalled();
  });

  test("without any other id counts, too, and waits for nobody but the API", async () => {
    const { fail, onHold } = start();
    await fail(500);
    expect(await fail(500)).toEqual({ failsAlone: false, waitedMs: expect.closeTo(0, -1) });
    expect((await fail(500)).failsAlone).toBe(true);
    expect(onHold).toHaveBeenCalledTimes(3);
  });

  test("does not count while others have yet to show how the API is", async () => {
    const { gate, fail, enter } = start();
    await enter("fresh");
    for (let send = 0; send < 6; send += 1) expect((await fail(500)).failsAlone).toBe(false);
    expect(gate.isIdle).toBe(false);
  });

  test("ends its waiting when the run stops", async () => {
    const { gate, suspicion, enter, fail, succeed, stop } = start();
    await fail(500);
    await succeed();
    const pass = await enter();
    const setback = { error: new Error("no"), isOverload: false, retryAfterMs: undefined };
    const controller = new AbortController();
    const outcome = suspicion.failsAlone(pass, { concerns: "moment", status: 500, setback }, controller.signal);
    controller.abort();
    stop();
    expect(await outcome).toBe(false);
    expect(gate.isIdle).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("any other failure while others succeed", () => {
  test("has the id sent alone as a probe, and then another one shows whose fault it is", async () => {
    const { gate, suspicion, fail, succeed, enter } = start();
    await fail(503);
    await succeed();
    expect((await fail(503)).failsAlone).toBe(false);
    expect(suspicion.standing).toBe("suspect");

    const pass = await enter();
    expect(pass.isProbe).toBe(true);
    const setback = { error: new Error("no"), isOverload: true, retryAfterMs: undefined };
    const other = gate.enter("fresh");
    const verdict = suspicion.failsAlone(
      pass,
      { concerns: "moment", status: 503, setback },
      new AbortController().signal,
    );
    const otherPass = await other;
    if (otherPass) gate.succeeded(otherPass);
    expect(await verdict).toBe(true);
  });

  test("does not count if no other is there: it is sent again like all others", async () => {
    const { suspicion, fail, succeed } = start();
    await fail(503);
    await succeed();
    await fail(503);
    expect((await fail(503)).failsAlone).toBe(false);
    expect(suspicion.standing).toBe("repeated");
  });

  test("does not suspect it without another success since the last failure", async () => {
    const { suspicion, fail, succeed } = start();
    await succeed();
    await fail(503);
    await fail(503);
    expect(suspicion.standing).toBe("repeated");
  });
});

describe("when only failing ids have been left for a minute", () => {
  test("an id that has been sent three times has failed for good", async () => {
    const { gate, fail, succeed, onHold } = start();
    await succeed();
    gate.expectsMore = false;
    await fail(503);
    await vi.advanceTimersByTimeAsync(60_000);
    onHold.mockClear();
    expect((await fail(503)).failsAlone).toBe(false);
    expect((await fail(503)).failsAlone).toBe(true);
    expect(onHold).not.toHaveBeenCalled();
  });

  test("a rate limit is still respected", async () => {
    const { gate, fail, succeed } = start();
    await succeed();
    gate.expectsMore = false;
    await fail(503);
    await vi.advanceTimersByTimeAsync(60_000);
    for (let send = 0; send < 4; send += 1) expect((await fail(429)).failsAlone).toBe(false);
  });
});
