import { EventEmitter } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { markBatch } from "../../../../src/cli/mark-read/mark-batch.js";
import { createChatClient } from "../../../../src/index.js";
import { stubFetch, type Answer } from "../../../support/stub-fetch.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A stream that keeps what is written to it, in one text with other streams where they share a terminal. */
function paper(terminal: { text: string }, isTTY: boolean) {
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      terminal.text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream, { isTTY, columns: 60 });
}

/** A run against a client whose server is a function. */
function start(
  given: readonly string[] | "standard input",
  { answers = [], concurrency = 2, tty = {}, env = {}, stdout, accessToken = "a-secret-token" }: Setting = {},
) {
  const { fetch, requests } = stubFetch(...answers);
  const chat = createChatClient({ accessToken, baseUrl: "http://localhost", fetch, maxRetries: 0 });
  const out = { text: "" };
  const err = tty.stdout ? out : { text: "" };
  const signals = new EventEmitter();
  const stdin = Object.assign(new PassThrough(), { isTTY: tty.stdin ?? false });
  const exit = vi.fn();
  const surroundings = {
    stdin,
    stdout: stdout ?? paper(out, tty.stdout ?? false),
    stderr: paper(err, tty.stderr ?? false),
    env,
    signals,
    exit,
  };
  const status = markBatch(given, (orderId) => chat.markMessagesAsRead(orderId), concurrency, surroundings);
  return { status, out, err, requests, signals, stdin, exit, ids: () => requests.map(({ url }) => url.split("/")[6]) };
}

interface Setting {
  answers?: Answer[];
  concurrency?: number;
  tty?: { stdin?: boolean; stdout?: boolean; stderr?: boolean };
  env?: Record<string, string>;
  stdout?: Writable;
  accessToken?: string | (() => string);
}

const line = (orderId: string) => `{"order_id":"${orderId}","messages_read_count":15}\n`;
const refuse = (status: number) => Response.json({ error: { message: "refused", code: 4000 } }, { status });

/** Answers that wait until the test lets them go. */
function held() {
  const held: (() => void)[] = [];
  const answer = () =>
    new Promise<Response>((resolve) => held.push(() => resolve(Response.json({ messages_read_count: 15 }))));
  return { answer, release: () => held.splice(0).forEach((go) => go()) };
}

describe("results", () => {
  test("are lines of JSON in the order of the ids, and nothing else is said", async () => {
    const { status, out, err } = start(["a", "b", "a"]);
    expect(await status).toBe(0);
    expect([out.text, err.text]).toEqual([line("a") + line("b") + line("a"), ""]);
  });

  test("of one line of standard input are a line like any other", async () => {
    const { status, stdin, out } = start("standard input");
    stdin.end("a\n");
    expect([await status, out.text]).toEqual([0, line("a")]);
  });

  test("of no line are nothing", async () => {
    const { status, stdin, out, err } = start("standard input");
    stdin.end("\n");
    expect([await status, out.text, err.text]).toEqual([0, "", ""]);
  });

  test("of ids that fail tell why, and the others are sent all the same", async () => {
    const { status, out, err, ids } = start(["..", "a", "\uFFFD", "b"], { answers: [refuse(404), new Error("lost")] });
    expect(await status).toBe(1);
    expect(
      out.text
        .trim()
        .split("\n")
        .map((text) => JSON.parse(text)),
    ).toEqual([
      { order_id: "..", error: { name: "TypeError", message: 'orderId must not be "..", which names another path' } },
      {
        order_id: "a",
        error: {
          name: "ApiError",
          message: "The API returned status 404: refused (code 4000)",
          status: 404,
          code: 4000,
          retryable: false,
        },
      },
      { order_id: "\uFFFD", error: { name: "TypeError", message: "orderId must be UTF-8" } },
      { order_id: "b", error: { name: "NetworkError", message: "The network failed: lost", retryable: true } },
    ]);
    expect([err.text, ids()]).toEqual(["instacart-chat: 0 done, 4 failed\n", ["a", "b"]]);
  });

  test("of ids that came too often tell how long the API asks to wait", async () => {
    const busy = new Response(null, { status: 429, headers: { "Retry-After": "30" } });
    const { status, out } = start(["a", "b"], { answers: [busy] });
    expect(await status).toBe(1);
    expect(JSON.parse(out.text.split("\n")[0] ?? "")).toMatchObject({ error: { status: 429, retryAfterMs: 30_000 } });
  });

  test("come while more input is waited for", async () => {
    const { status, stdin, out } = start("standard input");
    stdin.write("a\n");
    await vi.waitFor(() => expect(out.text).toBe(line("a")));
    stdin.end();
    expect(await status).toBe(0);
  });
});

describe("without an access token that is accepted nothing more is sent", () => {
  test("a 401", async () => {
    const { status, out, err, ids } = start(["a", "b", "c", "d"], {
      concurrency: 1,
      answers: [Response.json({ messages_read_count: 15 }), refuse(401)],
    });
    expect(await status).toBe(1);
    expect([ids(), out.text.split("\n").length]).toEqual([["a", "b"], 3]);
    expect(err.text).toBe(
      "instacart-chat: stopped, since any other order id would fail likewise (The API returned status 401: refused (code 4000)): 1 done, 1 failed, 2 not sent; go on with order id 2\n",
    );
  });

  test("a 401 is where to go on, also when later ids came through", async () => {
    const { answer, release } = held();
    const { status, err } = start(["a", "b", "c"], {
      concurrency: 3,
      answers: [Response.json({ messages_read_count: 15 }), refuse(401), answer],
    });
    await settled();
    release();
    expect(await status).toBe(1);
    expect(err.text).toContain(": 2 done, 1 failed; go on with order id 2\n");
  });

  test("a 401 stays the reason when Ctrl-C comes while others are waited for", async () => {
    const { answer, release } = held();
    const { status, err, signals } = start(["a", "b", "c"], { answers: [answer, refuse(401)] });
    await settled();
    signals.emit("SIGINT", "SIGINT");
    release();
    expect(await status).toBe(1);
    expect(err.text).toContain("\ninstacart-chat: stopped, since any other order id would fail likewise (");
  });

  test("an access token that cannot be had", async () => {
    const accessToken = vi.fn(() => {
      throw new Error("down");
    });
    const { status, err } = start(["a", "b", "c"], { concurrency: 1, accessToken });
    expect(await status).toBe(1);
    expect(accessToken).toHaveBeenCalledTimes(1);
    expect(err.text).toContain(
      "(The accessToken function failed): 0 done, 1 failed, 2 not sent; go on with order id 1",
    );
  });

  test("but other refusals do not end the run", async () => {
    const { status, ids } = start(["a", "b", "c"], { answers: [refuse(403)] });
    expect([await status, ids()]).toEqual([1, ["a", "b", "c"]]);
  });
});

describe("an interrupt", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("by %s waits for what is under way, prints it, and says where to go on", async (signal, expected) => {
    const { answer, release } = held();
    const { status, out, err, ids, signals } = start(["a", "b", "c"], { answers: [answer] });
    await settled();
    signals.emit(signal, signal);
    await settled();
    expect(err.text).toBe(`instacart-chat: ${signal}: waiting for what is under way; once more ends at once\n`);
    release();
    expect([await status, ids(), out.text]).toEqual([expected, ["a", "b"], line("a") + line("b")]);
    expect(err.text.split("\n")[1]).toBe(
      `instacart-chat: stopped by ${signal}: 2 done, 0 failed, 1 not sent; go on with order id 3`,
    );
    expect(signals.eventNames()).toEqual([]);
  });

  test("while input is waited for lets go of it, and counts lines", async () => {
    const { status, out, err, signals, stdin } = start("standard input");
    stdin.write("\na\n");
    await vi.waitFor(() => expect(out.text).toBe(line("a")));
    signals.emit("SIGINT", "SIGINT");
    expect([await status, stdin.destroyed]).toEqual([130, true]);
    expect(err.text).toContain("stopped by SIGINT: 1 done, 0 failed, what else there is not sent; go on with line 3\n");
  });

  test("while input is waited for and something is under way does not take the input for ended", async () => {
    const { answer, release } = held();
    const { status, err, signals, stdin, requests } = start("standard input", { answers: [answer] });
    stdin.write("a\n");
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    signals.emit("SIGINT", "SIGINT");
    await vi.waitFor(() => expect(stdin.destroyed).toBe(true));
    await settled();
    release();
    expect(await status).toBe(130);
    expect(err.text).toContain("stopped by SIGINT: 1 done, 0 failed, what else there is not sent; go on with line 2\n");
  });

  test("when all input is read and sent leaves nothing to go on with", async () => {
    const { answer, release } = held();
    const { status, err, signals, stdin, requests } = start("standard input", { answers: [answer] });
    stdin.end("a\n");
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    await settled();
    signals.emit("SIGINT", "SIGINT");
    release();
    expect(await status).toBe(130);
    expect(err.text).toContain("stopped by SIGINT: 1 done, 0 failed\n");
  });

  test("that is repeated ends at once, and says what is not known", async () => {
    const { answer, release } = held();
    const { status, err, exit, signals } = start(["a", "b", "c"], { answers: [answer] });
    await settled();
    signals.emit("SIGINT", "SIGINT");
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    signals.emit("SIGINT", "SIGINT");
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
    expect(err.text).toContain(
      "\ninstacart-chat: ended by SIGINT: 0 done, 0 failed, 2 sent without a result, 1 not sent; go on with order id 1\n",
    );
    release();
    await status;
  });
});

describe("standard output", () => {
  const broken = (code: string) =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}: broken`), { code })) });

  test("that nobody reads any more ends the run, and it is said where to go on", async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `order-${index}`);
    const { status, err, requests } = start(ids, { stdout: broken("EPIPE") });
    expect(await status).toBe(1);
    expect(err.text).toMatch(
      /^instacart-chat: standard output was closed: \d done, 0 failed, .*; go on with order id 1\n$/,
    );
    expect(requests.length).toBeLessThan(10);
  });

  test("that Ctrl-C has closed, as it ends both sides of a pipe, does not hide the Ctrl-C", async () => {
    const { status, err, signals } = start(["a", "b", "c"], { concurrency: 1, stdout: broken("EPIPE") });
    for (let round = 0; round < 20; round += 1) await settled(); // It is waiting for a signal, if there is one.
    signals.emit("SIGINT", "SIGINT");
    expect(await status).toBe(130);
    expect(err.text).toContain("stopped by SIGINT: ");
    expect(err.text).toContain("; go on with order id 1\n");
  });

  test("that fails otherwise ends the run with the reason", async () => {
    const { status, err } = start(["a", "b"], { concurrency: 1, stdout: broken("ENOSPC") });
    expect(await status).toBe(1);
    expect(err.text).toMatch(
      /^instacart-chat: standard output failed \(ENOSPC: broken\): .*; go on with order id 1\n$/,
    );
  });

  test("that is slow holds back the requests", async () => {
    let pass = () => {};
    const stdout = new Writable({ write: (_chunk, _encoding, done) => void (pass = done) });
    const ids = Array.from({ length: 100 }, (_, index) => `order-${index}`);
    const { requests, signals, status } = start(ids, { stdout });
    for (let round = 0; round < 100; round += 1) await settled();
    expect(requests.length).toBeLessThan(10);
    signals.emit("SIGINT", "SIGINT");
    for (let round = 0; round < 20; round += 1) {
      pass();
      await settled();
    }
    await status;
  });
});

test("standard input that fails ends the run with the reason", async () => {
  const { status, out, err, stdin } = start("standard input");
  stdin.write("a\n");
  await vi.waitFor(() => expect(out.text).toBe(line("a")));
  stdin.destroy(new Error("EIO: broken"));
  expect(await status).toBe(1);
  expect(err.text).toBe(
    "instacart-chat: standard input failed (EIO: broken): 1 done, 0 failed, what else there is not sent; go on with line 2\n",
  );
});

describe("the progress bar", () => {
  const shows = (text: string) => text.includes("\x1b[K");

  test.each<[string, Setting, boolean]>([
    ["is shown on a terminal", { tty: { stderr: true } }, true],
    ["is not shown elsewhere", {}, false],
    ["is not shown on a terminal that cannot erase", { tty: { stderr: true }, env: { TERM: "dumb" } }, false],
  ])("%s", async (_, setting, expected) => {
    const { status, out, err } = start(["a", "b"], setting);
    await status;
    expect([shows(err.text), out.text]).toEqual([expected, line("a") + line("b")]);
  });

  test("is not shown where ids are typed, which is said instead", async () => {
    const { status, stdin, err } = start("standard input", { tty: { stdin: true, stderr: true } });
    stdin.end("a\n");
    await status;
    expect(err.text).toBe("instacart-chat: reading order ids from the terminal, one per line\n");
  });

  test("and results on the same terminal leave nothing but the results", async () => {
    const { status, out } = start(["a", "..", "b"], { tty: { stdout: true, stderr: true } });
    await status;
    expect(out.text).toContain("1 failed of 3");
    expect(screen(out.text)).toBe(
      `${line("a")}{"order_id":"..","error":{"name":"TypeError","message":"orderId must not be \\"..\\", which names another path"}}\n${line("b")}instacart-chat: 2 done, 1 failed\n`,
    );
  });
});

/** What a terminal shows in the end. */
function screen(text: string): string {
  return text
    .split("\n")
    .map((row) =>
      row.split("\r").reduce((shown, part) => {
        const [before = "", ...erased] = part.split("\x1b[K");
        return erased.length > 0 ? before + erased.join("") : before + shown.slice(before.length);
      }, ""),
    )
    .join("\n");
}
