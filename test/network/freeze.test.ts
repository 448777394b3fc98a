// A process that is stopped (a laptop that sleeps, a frozen Lambda, a paused container) or blocked for longer than its time
// limits finds every timer due when it goes on. What came meanwhile is there, and must be read first.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import {
  respond,
  head,
  startFaultServer,
  succeed,
  stall,
  SUCCESS,
  type Behaviour,
  type FaultServer,
} from "../support/fault-server.js";

const TIMEOUT_MS = 4_000;
const FREEZE_MS = 4_200;
const LIMIT_MS = 60_000;
const MAX_LIFE_MS = 8_000;
const DAY_MS = 24 * 60 * 60 * 1000;

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "freeze-"));
  program = join(folder, "process.mjs");
  const source = fileURLToPath(new URL("../support/freezable-process.ts", import.meta.url));
  await build({ entryPoints: [source], outfile: program, bundle: true, platform: "node", format: "esm" });
});
afterAll(() => rm(folder, { recursive: true }));

type Event = { event: string } & Record<string, unknown>;

class FreezableProcess {
  readonly #child: ChildProcess;
  readonly #events: Event[] = [];
  readonly #exited: Promise<unknown>;
  #notify = () => {};

  constructor(baseUrl: string, timeoutMs: number) {
    const settings = JSON.stringify({ baseUrl, timeoutMs, freezeMs: FREEZE_MS });
    this.#child = spawn(process.execPath, [program, settings], { stdio: ["pipe", "pipe", "inherit"] });
    this.#exited = once(this.#child, "exit");
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.#events.push(JSON.parse(line) as Event);
      this.#notify();
    });
  }

  /** The next event of that name; those before it are left out. */
  async next(name: string): Promise<Event> {
    for (;;) {
      for (let event = this.#events.shift(); event; event = this.#events.shift())
        if (event.event === name) return event;
      await new Promise<void>((resolve) => (this.#notify = resolve));
    }
  }

  call(options: { passMs?: number; withToken?: boolean } = {}): void {
    this.#child.stdin!.write(`${JSON.stringify(options)}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Gives it nothing more to do, and resolves to how long it lives after that. */
  async end(): Promise<number> {
    const startedAt = performance.now();
    this.#child.stdin!.end();
    await Promise.race([this.#exited, pause(MAX_LIFE_MS)]);
    return performance.now() - startedAt;
  }
}

/** What happens to the process while `meanwhile` happens elsewhere, until it has been still for longer than its limits. */
type Freeze = (child: FreezableProcess, meanwhile?: () => void) => Promise<void>;

const FREEZES: [string, Freeze][] = [
  [
    "stopped",
    async (child, meanwhile) => {
      child.kill("SIGSTOP");
      await pause(20);
      meanwhile?.();
      await pause(FREEZE_MS);
      child.kill("SIGCONT");
    },
  ],
  [
    "blocked",
    async (child, meanwhile) => {
      child.kill("SIGUSR2");
      await child.next("blocked");
      meanwhile?.();
    },
  ],
];

function startProcess({ onTestFinished }: TestContext, server: FaultServer, timeoutMs: number): FreezableProcess {
  const child = new FreezableProcess(server.url, timeoutMs);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await server.close();
  });
  return child;
}

/** A process that is ready, and the server that it calls. */
async function start(
  context: TestContext,
  ...behaviours: [Behaviour, ...Behaviour[]]
): Promise<[FreezableProcess, FaultServer]> {
  const server = await startFaultServer(...behaviours);
  const child = startProcess(context, server, TIMEOUT_MS);
  await child.next("ready");
  return [child, server];
}

/** The same, where the process has a token already, and there is a behaviour for the requests for further ones. */
async function startWithToken(
  context: TestContext,
  renew: Behaviour,
  timeoutMs = TIMEOUT_MS,
): Promise<[FreezableProcess, FaultServer]> {
  const respond: Behaviour = (socket) => (isTokenRequest(server.requests.at(-1) ?? "") ? renew : succeed)(socket);
  const server = await startFaultServer(token(1), respond);
  const child = startProcess(context, server, timeoutMs);
  child.call({ withToken: true });
  await child.next("result");
  return [child, server];
}

/** The body of the request before it on the same connection may come first. */
const isTokenRequest = (request: string) => request.includes("POST /v2/oauth/token ");

/** Keeps the socket of a request until the test responds to it. */
function later(): { behaviour: Behaviour; respond: (behaviour: Behaviour) => void } {
  let socket: Parameters<Behaviour>[0];
  return { behaviour: (given) => (socket = given), respond: (behaviour) => behaviour(socket) };
}

const token = (number: number) =>
  respond(
    200,
    JSON.stringify({ access_token: `token-${number}`, token_type: "Bearer", expires_in: 86_400, created_at: 0 }),
  );

describe.each(FREEZES)("a process that is %s for longer than its time limits", { timeout: LIMIT_MS }, (_, freeze) => {
  test.concurrent("while it connects still makes the call", async (context) => {
    const [child] = await start(context, succeed);
    child.call();
    await freeze(child);
    expect(await child.next("result")).toMatchObject({ count: 15 });
    await child.end();
  });

  test.concurrent("while it waits for a response uses the one that arrived", async (context) => {
    const request = later();
    const [child, server] = await start(context, request.behaviour, respond(200, '{"messages_read_count":0}'));
    child.call();
    await server.arrived(1);
    await freeze(child, () => request.respond(succeed));
    expect(await child.next("result")).toMatchObject({ count: 15, statuses: [200] });
    await child.end();
  });

  test.concurrent("while it reads a body uses the rest that arrived", async (context) => {
    const request = later();
    const [child, server] = await start(context, request.behaviour, respond(200, '{"messages_read_count":0}'));
    child.call();
    await server.arrived(1);
    request.respond((socket) =>
      socket.write(head(200, { "Content-Length": String(SUCCESS.length) }) + SUCCESS.slice(0, 9)),
    );
    await child.next("head");
    await freeze(child, () => request.respond((socket) => socket.write(SUCCESS.slice(9))));
    expect(await child.next("result")).toMatchObject({ count: 15, statuses: [200] });
    await child.end();
  });

  test.concurrent("while it waits for a retry makes just that retry", async (context) => {
    const [child, server] = await start(context, respond(503, "", { "Retry-After": "1" }), succeed);
    child.call();
    await child.next("attempt");
    await freeze(child);
    expect(await child.next("result")).toMatchObject({ count: 15, statuses: [503, 200] });
    await child.end();
    expect(server.requests).toHaveLength(2);
  });

  test.concurrent("while it waits for a token uses the one that arrived, and requests no other", async (context) => {
    const request = later();
    const [child, server] = await start(context, request.behaviour, succeed);
    child.call({ withToken: true });
    await server.arrived(1);
    await freeze(child, () => request.respond(token(1)));
    expect(await child.next("result")).toMatchObject({ count: 15, statuses: [200] });
    await child.end();
    expect(server.requests).toHaveLength(2);
  });

  test.concurrent("while it renews a token uses the one that arrived, and requests no other", async (context) => {
    const renewal = later();
    const [child, server] = await startWithToken(context, renewal.behaviour);
    child.call({ withToken: true, passMs: 0.99 * DAY_MS });
    await child.next("result");
    await server.arrived(4);
    await freeze(child, () => renewal.respond(token(2)));
    await pause(100); // It goes on, and reads what came.
    child.call({ withToken: true, passMs: 1.01 * DAY_MS });
    expect(await child.next("result")).toMatchObject({ count: 15, statuses: [200] });
    await child.end();
    expect(server.requests.filter(isTokenRequest)).toHaveLength(2);
    expect(server.requests.at(-1)).toContain("Bearer token-2");
  });
});

test(
  "a renewal that hangs ends after one attempt of 2 s, and keeps no process alive for longer, stopped or not",
  { timeout: LIMIT_MS },
  async (context) => {
    for (const isStopped of [false, true]) {
      const [child, server] = await startWithToken(context, stall, 10_000);
      child.call({ withToken: true, passMs: 0.99 * DAY_MS });
      await server.arrived(4);
      if (isStopped) {
        child.kill("SIGSTOP");
        await pause(2_500);
        child.kill("SIGCONT");
      }
      // Node itself takes a while to let go of a connection whose request was aborted.
      expect(await child.end()).toBeLessThan(2_000 + 2_500);
    }
  },
);
