// A run in virtual time, with what the process can do to it.
import { EventEmitter } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createChatClient } from "../../../../src/index.js";
import { run } from "../../../../src/cli/mark-read/run.js";
import { createOrder } from "../../../../src/cli/mark-read/order.js";
import { StatusLine } from "../../../../src/cli/status-line.js";
import { VirtualClock } from "../../../support/virtual-clock.js";

/** @param respond to the request for an order; `undefined` never does */
async function start(stdout: Writable, respond: (orderId: string) => Response | undefined, signalAt?: number) {
  const [clock, stderr, signals] = [new VirtualClock(), new PassThrough(), new EventEmitter()];
  const never = new Promise<never>(() => {});
  const chat = createChatClient({
    accessToken: "a-token",
    baseUrl: "http://localhost",
    maxRetries: 0,
    fetch: (url) => Promise.resolve(respond(url.split("/")[6] ?? "") ?? never),
  });
  const status = await clock.settle(
    new Promise<number>((resolve) => {
      const io = {
        env: {},
        stdin: new PassThrough(),
        stdout,
        stderr,
        exit: resolve,
        on: (name: string, listener: (name: NodeJS.Signals) => void) => signals.on(name, listener),
        off: (name: string, listener: (name: NodeJS.Signals) => void) => signals.off(name, listener),
      };
      if (signalAt !== undefined) clock.after(signalAt, () => signals.emit("SIGINT", "SIGINT"));
      const orders = ["a", "b", "c", "d"].map((id) => createOrder(id));
      const work = { orders, invalid: [], doneBefore: 0, duplicates: 0 };
      const settings = {
        tokenOf: () => "a-token",
        mark: async (orderId: string, accessToken: string, signal: AbortSignal) =>
          (await chat.markMessagesAsRead(orderId, { accessToken, signal })).data,
        concurrency: 3,
        rate: Infinity,
        maxAttempts: 5,
        maxOutageMs: 300_000,
        maxFailures: Infinity,
        clock,
        random: Math.random,
      };
      void run(work, undefined, settings, new StatusLine(io, true, clock), io).then(resolve);
    }),
  );
  stderr.end();
  return { status, stderr: await text(stderr), now: clock.now() };
}

test("a signal ends a run whose results nobody reads any more, and counts what is in flight", async () => {
  const stuck = new Writable({ highWaterMark: 1, write: () => {} });
  const respond = (orderId: string) => (orderId === "c" ? undefined : Response.json({ messages_read_count: 1 }));
  const { status, stderr, now } = await start(stuck, respond, 1000);
  expect([status, now]).toEqual([130, 6000]);
  expect(stderr).toContain("SIGINT: waiting for 1 in flight; ");
  expect(stderr).toMatch(
    /ended by SIGINT\n.*; 2 with a result that could not be written, 1 sent without a response, 1 left\n/,
  );
});

test("a Retry-After beyond all dates stops the run", async () => {
  const headers = { "Retry-After": "99999999999999999999" };
  const { status, stderr } = await start(new PassThrough(), () => new Response(null, { status: 429, headers }));
  expect(status).toBe(3);
  expect(stderr).toContain("stopped, because Retry-After keeps 4 orders waiting for more than a year, longer than");
});
