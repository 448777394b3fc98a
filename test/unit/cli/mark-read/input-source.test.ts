import { EventEmitter } from "node:events";
import { closeSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { findSource, readSource } from "../../../../src/cli/mark-read/input-source.js";
import { StatusLine } from "../../../../src/cli/status-line.js";
import { VirtualClock } from "../../../support/virtual-clock.js";

function standardInput(fd = -1) {
  const [stdin, stdout, stderr] = [Object.assign(new PassThrough(), { fd }), new PassThrough(), new PassThrough()];
  const [signals, clock] = [new EventEmitter(), new VirtualClock()];
  const on = (name: string, listener: (name: NodeJS.Signals) => void) => signals.on(name, listener);
  const off = (name: string, listener: (name: NodeJS.Signals) => void) => signals.off(name, listener);
  const io = { env: {}, stdin, stdout, stderr, exit: () => {}, on, off };
  const source = findSource(["-"], undefined, io);
  if (!source) throw new Error("standard input is a source");
  const input = readSource(source, new StatusLine(io, false, clock), io, clock);
  return { stdin, clock, signals, input, said: () => String((stderr.read() as Buffer | null) ?? "") };
}

test("input that is silent for 5 s is told, once", async () => {
  const { stdin, clock, signals, input, said } = standardInput();
  await clock.settle(clock.delay(4999));
  expect(said()).toBe("");
  await clock.settle(clock.delay(60_000));
  expect(said()).toBe("instacart-chat: reading orders from standard input\n");
  stdin.end("a\n");
  expect(await input).toMatchObject({ orders: [{ orderId: "a" }] });
  expect([clock.pending, signals.eventNames()]).toEqual([0, []]);
});

test("input that comes in time is not told", async () => {
  const { stdin, clock, input, said } = standardInput();
  stdin.write("a\n");
  await clock.settle(clock.delay(60_000));
  stdin.end();
  expect([await input, said()]).toEqual([expect.objectContaining({ duplicates: 0 }), ""]);
});

test("a signal ends the wait for input", async () => {
  const { input, signals, said } = standardInput();
  signals.emit("SIGTERM", "SIGTERM");
  expect([await input, said()]).toEqual([143, "instacart-chat: stopped by SIGTERM; nothing was sent\n"]);
});

test("a directory as standard input is a usage error", async () => {
  const fd = openSync(tmpdir(), "r");
  await expect(standardInput(fd).input).rejects.toThrow("standard input cannot be read: EISDIR: it is a directory");
  closeSync(fd);
});
