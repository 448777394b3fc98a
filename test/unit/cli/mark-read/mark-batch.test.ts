import { EventEmitter } from "node:events";
import { createReadStream, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { markBatch } from "../../../../src/cli/mark-read/mark-batch.js";
import type { ProcessIO } from "../../../../src/cli/process-io.js";
import { createChatClient } from "../../../../src/index.js";
import { stubFetch, type StubResponse } from "../../../support/stub-fetch.js";

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
  { responses = [], tty = {}, env = {}, stdin: input, stdout, accessToken = "a-secret-token", ...limits }: Setting = {},
) {
  const { fetch, requests } = stubFetch(...responses);
  const chat = createChatClient({ accessToken, baseUrl: "http://localhost", fetch, maxRetries: 0 });
  const out = { text: "" };
  const err = tty.stdout ? out : { text: "" };
  const signals = new EventEmitter();
  const stdin = Object.assign(new PassThrough(), { isTTY: tty.stdin ?? false });
  const exit = vi.fn();
  const io: ProcessIO = {
    stdin: input ?? stdin,
    stdout: stdout ?? paper(out, tty.stdout ?? false),
    stderr: paper(err, tty.stderr ?? false),
    env: { NO_COLOR: "1", ...env },
    exit,
    on: (...listening) => signals.on(...listening),
    off: (...listening) => signals.off(...listening),
  };
  const settings = {
    mark: (orderId: string, accessToken: string) => chat.markMessagesAsRead(orderId, { accessToken }),
    tokenOf: () => accessToken,
    concurrency: 2,
    rate: Infinity,
    maxOutageMs: 60_000,
    maxFailures: Infinity,
    ...limits,
  };
  io.stdout.on("error", () => {}); // As the program does.
  const status = markBatch(given, settings, io);
  return { status, out, err, requests, signals, stdin, exit, ids: () => requests.map(({ url }) => url.split("/")[6]) };
}

interface Setting {
  responses?: StubResponse[];
  concurrency?: number;
  maxFailures?: number;
  tty?: { stdin?: boolean; stdout?: boolean; stderr?: boolean };
  env?: Record<string, string>;
  stdin?: ProcessIO["stdin"];
  stdout?: Writable;
  accessToken?: string;
}

const line = (orderId: string) => `{"order_id":"${orderId}","messages_read_count":15}\n`;
const reject = (status: number) => Response.json({ error: { message: "rejected", code: 4000 } }, { status });

/** Responses that wait until the test lets them go. */
function held() {
  const held: (() => void)[] = [];
  const response = () =>
    new Promise<Response>((resolve) => held.push(() => resolve(Response.json({ messages_read_count: 15 }))));
  return { response, release: () => held.splice(0).forEach((go) => go()) };
}

/** The summary without what depends on the clock. */
const untimed = (text: string) => text.replace(/ in [\d.]+ m?s \([\d.]+\/s\)/g, "");

describe("results", () => {
  test("are lines of JSON in the order of the ids, with a summary on standard error", async () => {
    const { status, out, err } = start(["a", "b", "a"]);
    expect(await status).toBe(0);
    expect(out.text).toBe(line("a") + line("b") + line("a"));
    expect(err.text).toMatch(/^instacart-chat: 3 done, 0 failed in [\d.]+ m?s \([\d.]+\/s\)\n$/);
  });

  test("for a single line of standard input have the usual form", async () => {
    const { status, stdin, out } = start("standard input");
    stdin.end("a\n");
    expect([await status, out.text]).toEqual([0, line("a")]);
  });

  test("for failed ids say why; the other ids are still sent, and each kind of failure is counted", async () => {
    const { status, out, err, ids } = start(["..", "a", "\uFFFD", "b", "c"], {
      concurrency: 1,
      responses: [reject(404), reject(404), Response.json({ messages_read_count: 15 })],
    });
    expect(await status).toBe(1);
    const error = {
      name: "ApiError",
      message: "The API returned status 404: rejected (code 4000)",
      httpStatus: 404,
      code: 4000,
      retryable: false,
    };
    const lines = out.text.trim().split("\n");
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      {
        order_id: "..",
        error: { name: "TypeError", message: 'order_id must not be empty, white space only, "." or ".."' },
      },
      { order_id: "a", error },
      { order_id: "\uFFFD", error: { name: "LineError", message: "order_id must be UTF-8" } },
      { order_id: "b", error },
      { order_id: "c", messages_read_count: 15 },
    ]);
    expect(ids()).toEqual(["a", "b", "c"]);
    expect(untimed(err.text).split("\n")).toEqual([
      "instacart-chat: 1 done, 4 failed",
      'instacart-chat:   1 × TypeError, such as ..: order_id must not be empty, white space only, "." or ".."',
      "instacart-chat:   2 × ApiError, status 404, code 4000, such as a: The API returned status 404: rejected (code 4000)",
      "instacart-chat:   1 × LineError, such as \uFFFD: order_id must be UTF-8",
      "",
    ]);
  });

  test("arrive while the run waits for more input", async () => {
    const { status, stdin, out } = start("standard input");
    stdin.write("a\n");
    await vi.waitFor(() => expect(out.text).toBe(line("a")));
    stdin.end();
    expect(await status).toBe(0);
  });

  test("of an earlier run are sent again if they have an error, and their counts are reported as lower bounds", async () => {
    const { status, stdin, out, err, ids } = start("standard input");
    stdin.end(`${line("a")}{"order_id":"b","error":{"name":"TimeoutError"},"attempts":2}\n`);
    expect([await status, ids()]).toEqual([0, ["b"]]);
    expect(out.text).toBe('{"order_id":"b","messages_read_count":15,"attempts":3,"is_lower_bound":true}\n');
    expect(untimed(err.text)).toBe(
      "instacart-chat: 1 done (1 with a count that is a lower bound), 0 failed, 1 already done\n",
    );
  });
});

describe("without anything to send", () => {
  test.each<[string, string, number, string]>([
    ["an empty input has its own exit status", "\n", 4, "nothing to do: standard input has no order ids"],
    [
      "an input whose orders are all done is a success",
      line("a") + line("b"),
      0,
      "nothing to do: all 2 are already done",
    ],
  ])("%s", async (_, text, expected, message) => {
    const { status, stdin, out, err } = start("standard input");
    stdin.end(text);
    expect([await status, out.text, err.text]).toEqual([expected, "", `instacart-chat: ${message}\n`]);
  });

  test("an input that cannot be read is a usage error", async () => {
    const { status, stdin, err, requests } = start("standard input");
    stdin.end('"order_id"\n"a"\n');
    expect([await status, requests]).toEqual([2, []]);
    expect(err.text).toMatch(/^instacart-chat: standard input is CSV; .*\n$/);
  });
});

describe("once the access token is rejected, nothing more is sent", () => {
  const REJECTED =
    "instacart-chat: stopped, because every other order id would fail, too: The API returned status 401: rejected (code 4000)";

  test("after a 401, whose order has no result and is where to resume", async () => {
    const { status, out, err, ids } = start(["a", "b", "c", "d"], {
      concurrency: 1,
      responses: [Response.json({ messages_read_count: 15 }), reject(401)],
    });
    expect([await status, ids(), out.text]).toEqual([3, ["a", "b"], line("a")]);
    expect(untimed(err.text)).toBe(
      `${REJECTED}\ninstacart-chat: 1 done, 0 failed, 3 left\ninstacart-chat: resume with order id 2\n`,
    );
  });

  test("of several, the first in the input is where to resume, even if it was rejected last", async () => {
    const { response, release } = held();
    const { status, err, out } = start(["a", "b", "c"], {
      concurrency: 3,
      responses: [
        async () => (await response()) && reject(401),
        reject(401),
        Response.json({ messages_read_count: 15 }),
      ],
    });
    await settled();
    release();
    expect([await status, out.text]).toEqual([3, line("c")]);
    expect(err.text).toContain("resume with order id 1\n");
  });

  test("of several, the first in the input is where to resume, even if it was rejected first", async () => {
    const { response, release } = held();
    const { status, err, out } = start(["a", "b", "c"], {
      concurrency: 3,
      responses: [
        Response.json({ messages_read_count: 15 }),
        reject(401),
        async () => (await response()) && reject(401),
      ],
    });
    await settled();
    release();
    expect([await status, out.text]).toEqual([3, line("a")]);
    expect(err.text).toContain("resume with order id 2\n");
  });

  test("a 401 remains the reason if Ctrl-C follows while the run waits for others", async () => {
    const { response, release } = held();
    const { status, err, signals } = start(["a", "b", "c"], { responses: [response, reject(401)] });
    await settled();
    signals.emit("SIGINT", "SIGINT");
    release();
    expect(await status).toBe(3);
    expect(err.text).toContain(`\n${REJECTED}\n`);
  });

  test("but other errors do not end the run", async () => {
    const { status, ids } = start(["a", "b", "c"], { responses: [reject(403)] });
    expect([await status, ids()]).toEqual([1, ["a", "b", "c"]]);
  });
});

test("the run stops when it reaches the allowed number of failures", async () => {
  const { status, err, ids } = start(["a", "b", "c", "d"], {
    responses: [reject(404)],
    concurrency: 1,
    maxFailures: 2,
  });
  expect([await status, ids()]).toEqual([3, ["a", "b"]]);
  expect(err.text).toContain("stopped after 2 failures (--max-failures)\n");
  expect(err.text).toContain("resume with order id 3\n");
});

describe("an interrupt", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])("by %s waits for requests in flight, prints their results, and says where to resume", async (signal, expected) => {
    const { response, release } = held();
    const { status, out, err, ids, signals } = start(["a", "b", "c"], { responses: [response] });
    await settled();
    signals.emit(signal, signal);
    await settled();
    expect(err.text).toBe(`instacart-chat: ${signal}: waiting for requests in flight; a second signal stops at once\n`);
    release();
    expect([await status, ids(), out.text]).toEqual([expected, ["a", "b"], line("a") + line("b")]);
    expect(untimed(err.text).split("\n").slice(1)).toEqual([
      `instacart-chat: stopped by ${signal}`,
      "instacart-chat: 2 done, 0 failed, 1 left",
      "instacart-chat: resume with order id 3",
      "",
    ]);
    expect(signals.eventNames()).toEqual([]);
  });

  test("while the run waits for input releases the input, and counts lines", async () => {
    const { status, out, err, signals, stdin } = start("standard input");
    stdin.write("\na\n");
    await vi.waitFor(() => expect(out.text).toBe(line("a")));
    signals.emit("SIGINT", "SIGINT");
    expect([await status, stdin.destroyed]).toEqual([130, true]);
    expect(untimed(err.text)).toContain(
      "stopped by SIGINT\ninstacart-chat: 1 done, 0 failed, the rest not read\ninstacart-chat: resume with line 3 (tail -n +3)\n",
    );
  });

  test("while the last request is in flight leaves nothing to resume", async () => {
    const { response, release } = held();
    const { status, err, signals, stdin, requests } = start("standard input", { responses: [response] });
    stdin.end("a\n");
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    await settled();
    signals.emit("SIGINT", "SIGINT");
    release();
    expect(await status).toBe(130);
    expect(untimed(err.text)).toMatch(/stopped by SIGINT\ninstacart-chat: 1 done, 0 failed\n$/);
  });

  test("that is repeated stops the run at once, and says what is unknown", async () => {
    const now = vi.spyOn(performance, "now");
    const { response, release } = held();
    const { status, err, exit, signals } = start(["a", "b", "c"], { responses: [response] });
    await settled();
    signals.emit("SIGINT", "SIGINT");
    expect(exit).not.toHaveBeenCalled();
    now.mockReturnValue(performance.now() + 1000);
    signals.emit("SIGINT", "SIGINT");
    now.mockRestore();
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
    expect(untimed(err.text)).toContain(
      "\ninstacart-chat: ended by SIGINT\ninstacart-chat: 0 done, 0 failed, 2 sent without a response, 1 left\ninstacart-chat: resume with order id 1\n",
    );
    release();
    await status;
  });
});

describe("standard output", () => {
  const broken = (code: string) =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(`${code}: broken`), { code })) });

  test("that nobody reads any more stops the run, which says where to resume", async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `order-${index}`);
    const { status, err, requests } = start(ids, { stdout: broken("EPIPE") });
    expect(await status).toBe(3);
    expect(err.text).toMatch(/^instacart-chat: standard output was closed\n.*\n.*resume with order id 1\n$/);
    expect(requests.length).toBeLessThan(10);
  });

  test("that Ctrl-C has closed, because it ends both sides of a pipe, does not hide the Ctrl-C", async () => {
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error("EPIPE: broken"), { code: "EPIPE" }));
        setTimeout(() => signals.emit("SIGINT", "SIGINT"), 5);
      },
    });
    const { status, err, signals } = start(["a", "b", "c"], { concurrency: 1, stdout });
    expect(await status).toBe(130);
    expect(err.text).toContain("stopped by SIGINT\n");
    expect(err.text).toContain("resume with order id 1\n");
  });

  test("that fails in another way stops the run with the reason", async () => {
    const { status, err } = start(["a", "b"], { concurrency: 1, stdout: broken("ENOSPC") });
    expect(await status).toBe(3);
    expect(err.text).toMatch(
      /^instacart-chat: standard output failed \(ENOSPC: broken\)\n.*\n.*resume with order id 1\n$/,
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

test("standard input that fails stops the run with the reason", async () => {
  const { status, out, err, stdin } = start("standard input");
  stdin.write("a\n");
  await vi.waitFor(() => expect(out.text).toBe(line("a")));
  stdin.destroy(new Error("EIO: broken"));
  expect(await status).toBe(3);
  expect(untimed(err.text)).toBe(
    "instacart-chat: standard input failed (EIO: broken)\ninstacart-chat: 1 done, 0 failed, the rest not read\ninstacart-chat: resume with line 2 (tail -n +2)\n",
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

  test("counts the orders of a file beforehand", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mark-batch-"));
    const file = join(folder, "orders.txt");
    writeFileSync(file, "a\n\nb\nc\n");
    const stdin = Object.assign(createReadStream("", { fd: openSync(file, "r") }), { isTTY: false });
    try {
      vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }); // The bar is drawn again each second.
      const { response, release } = held();
      const setting = { stdin, tty: { stderr: true }, responses: [response] };
      const { status, err, ids } = start("standard input", setting);
      await vi.waitFor(() => {
        vi.advanceTimersByTime(1000);
        expect(err.text).toContain("0 done, 0 failed of 3");
      });
      await vi.waitFor(() => {
        release();
        expect(ids()).toEqual(["a", "b", "c"]);
      });
      release();
      expect(await status).toBe(0);
    } finally {
      vi.useRealTimers();
      rmSync(folder, { recursive: true });
    }
  });

  test("is not shown while ids are typed; a line says so instead", async () => {
    const { status, stdin, err } = start("standard input", { tty: { stdin: true, stderr: true } });
    stdin.end("a\n");
    await status;
    expect(untimed(err.text)).toBe(
      "instacart-chat: reading order ids from the terminal, one per line\ninstacart-chat: 1 done, 0 failed\n",
    );
  });

  test("and results on the same terminal leave only the results and the summary", async () => {
    const { status, out } = start(["a", "..", "b"], { tty: { stdout: true, stderr: true } });
    await status;
    expect(out.text).toContain("1 failed of 3");
    const [first, second, third, ...summary] = untimed(screen(out.text)).split("\n");
    expect([first, second?.slice(0, 24), third]).toEqual([
      line("a").trim(),
      '{"order_id":"..","error"',
      line("b").trim(),
    ]);
    expect(summary[0]).toBe("instacart-chat: 2 done, 1 failed");
  });

  test("comes with colored messages unless NO_COLOR is set", async () => {
    const run = async (env: Record<string, string>) => {
      const { status, err } = start(["a"], { tty: { stderr: true }, env });
      await status;
      return err.text.includes("\x1b[1m");
    };
    expect([await run({ NO_COLOR: "" }), await run({ NO_COLOR: "1" })]).toEqual([true, false]);
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
