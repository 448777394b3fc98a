import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { onInterrupt } from "../../../src/cli/interrupt.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function listen() {
  const source = new EventEmitter();
  const heard: string[] = [];
  const stop = onInterrupt(
    source,
    (signal) => heard.push(`first ${signal}`),
    (signal) => heard.push(`second ${signal}`),
  );
  return { heard, stop, source, send: (signal: string) => source.emit(signal, signal) };
}

test("the first signal is distinguished from the second, whichever they are", () => {
  const { heard, send } = listen();
  send("SIGTERM");
  vi.advanceTimersByTime(250);
  send("SIGINT");
  expect(heard).toEqual(["first SIGTERM", "second SIGINT"]);
});

test("a signal that npm forwards at once does not count as a second one", () => {
  const { heard, send } = listen();
  vi.advanceTimersByTime(1000);
  send("SIGINT");
  send("SIGINT");
  vi.advanceTimersByTime(249);
  send("SIGINT");
  expect(heard).toEqual(["first SIGINT"]);
});

test("a lost terminal counts as a signal, too, until nobody listens any more", () => {
  const { heard, send, source, stop } = listen();
  send("SIGHUP");
  stop();
  expect([heard, source.eventNames()]).toEqual([["first SIGHUP"], []]);
});
