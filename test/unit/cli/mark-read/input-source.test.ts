import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { findSource } from "../../../../src/cli/mark-read/input-source.js";
import { VirtualClock } from "../../../support/virtual-clock.js";

function standardInput() {
  const stdin = new PassThrough();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const signals = new EventEmitter();
  const io = { env: {}, stdin, stdout, stderr, exit: () => {}, on: () => signals, off: () => signals };
  const source = findSource(["-"], undefined, io);
  if (!source) throw new Error("standard input is a source");
  return { stdin, source };
}

test("input that is silent for 5 s is told, once", async () => {
  const { stdin, source } = standardInput();
  const clock = new VirtualClock();
  let told = 0;
  const input = source.read(new AbortController().signal, () => (told += 1), clock);
  await clock.settle(clock.delay(4999));
  expect(told).toBe(0);
  await clock.settle(clock.delay(60_000));
  expect(told).toBe(1);
  stdin.end("a\n");
  expect((await input).orders).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test("a signal ends the wait for input", async () => {
  const { source } = standardInput();
  const controller = new AbortController();
  const input = source.read(controller.signal, () => {}, new VirtualClock());
  controller.abort();
  await expect(input).rejects.toThrow("aborted");
});
