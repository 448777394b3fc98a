// undiciFetch with a dispatcher that does what a real one does rarely, or only on another platform.
import type { Dispatcher } from "undici";
import { describe, expect, test, vi } from "vitest";
import { createChatClient } from "../../../src/index.js";
import { undiciFetch } from "../../../src/undici/index.js";
import { settle, useFakeClock } from "../../support/fake-clock.js";

useFakeClock();

const URL = "http://server.example/";
const KIB = 1024;

/** undiciFetch whose dispatcher lets the test call the handler of each request. */
function dispatching(respond: (handler: Dispatcher.DispatchHandler, controller: Controller) => void) {
  const controllers: Controller[] = [];
  const dispatcher = {
    dispatch(_: unknown, handler: Dispatcher.DispatchHandler) {
      const controller = { abort: vi.fn(), pause: vi.fn(), resume: vi.fn() };
      controllers.push(controller);
      respond(handler, controller);
      return true;
    },
  } as unknown as Dispatcher;
  return { fetch: undiciFetch({ dispatcher }), controllers };
}
type Controller = Record<"abort" | "pause" | "resume", ReturnType<typeof vi.fn>>;
const as = (controller: Controller) => controller as unknown as Dispatcher.DispatchController;

describe("the dispatcher", () => {
  test("may not send a request twice: its second start is an error, and ends it", async () => {
    const { fetch, controllers } = dispatching((handler, controller) => {
      handler.onRequestStart?.(as(controller), {});
      handler.onRequestStart?.(as(controller), {});
    });
    await expect(fetch(URL)).rejects.toMatchObject({
      code: "UND_ERR_SOCKET",
      message: "the connection was lost, or the server rejected the request, before a response",
    });
    expect(controllers[0]?.abort).toHaveBeenCalled();
  });

  test("may leave out the reason phrase, and headers without a value", async () => {
    const { fetch } = dispatching((handler, controller) => {
      handler.onRequestStart?.(as(controller), {});
      handler.onResponseStart?.(as(controller), 200, { a: undefined as unknown as string, b: ["1", "2"], c: "3" });
      handler.onResponseEnd?.(as(controller), {});
    });
    const { status, statusText, headers } = await fetch(URL);
    expect([status, statusText, [...headers]]).toEqual([200, "", [["b", "1, 2"], ["c", "3"]]]); // prettier-ignore
  });
});

test.each([
  [200, true],
  [299, true],
  [300, false],
])("a response with status %i is ok: %s", async (status, ok) => {
  const { fetch } = dispatching((handler, controller) => {
    handler.onRequestStart?.(as(controller), {});
    handler.onResponseStart?.(as(controller), status, {});
    handler.onResponseEnd?.(as(controller), {});
  });
  expect((await fetch(URL)).ok).toBe(ok);
});

test("a call that is aborted, or times out, ends its request", async () => {
  const { fetch, controllers } = dispatching((handler, controller) => handler.onRequestStart?.(as(controller), {}));
  const chat = createChatClient({
    accessToken: "a-token",
    baseUrl: URL,
    fetch,
    allowInsecureHttp: true,
    maxRetries: 0,
  });
  const controller = new AbortController();
  const reason = new Error("the shopper left");
  const aborted = settle(chat.markMessagesAsRead("order-1", { signal: controller.signal, timeoutMs: 60_000 }));
  await vi.advanceTimersByTimeAsync(1);
  controller.abort(reason);
  expect(await aborted).toEqual({ status: "rejected", reason });
  expect(controllers[0]?.abort).toHaveBeenCalledWith(reason);

  const late = await settle(chat.markMessagesAsRead("order-1", { timeoutMs: 100 }));
  expect(late).toMatchObject({ reason: { name: "TimeoutError" } });
  expect(controllers[1]?.abort).toHaveBeenCalledWith(expect.objectContaining({ name: "TimeoutError" }));
});

describe("the body", () => {
  function responding(...sizes: number[]) {
    let end = () => {};
    const { fetch, controllers } = dispatching((handler, controller) => {
      handler.onRequestStart?.(as(controller), {});
      handler.onResponseStart?.(as(controller), 200, {});
      for (const size of sizes) handler.onResponseData?.(as(controller), Buffer.alloc(size));
      end = () => handler.onResponseEnd?.(as(controller), {});
    });
    const read = async () => {
      const { body } = await fetch(URL);
      return body as unknown as AsyncIterableIterator<Uint8Array>;
    };
    return { read, controllers, end: () => end() };
  }

  test("may wait to be read up to 64 KiB; more pauses the connection, until at most 64 KiB wait again", async () => {
    const { read, controllers } = responding(64 * KIB);
    await read();
    expect(controllers[0]?.pause).not.toHaveBeenCalled();

    const more = responding(64 * KIB, 64 * KIB, 64 * KIB);
    const body = await more.read();
    const [controller] = more.controllers;
    expect(controller?.pause).toHaveBeenCalled();
    await body.next();
    expect(controller?.resume).not.toHaveBeenCalled();
    await body.next();
    expect(controller?.resume).toHaveBeenCalledTimes(1);
  });

  test("that the reader returns early ends the request, once", async () => {
    const { read, controllers } = responding(1, 1);
    const body = await read();
    await body.next();
    await body.return?.();
    await body.return?.();
    expect(controllers[0]?.abort).toHaveBeenCalledTimes(1);
    expect(controllers[0]?.abort.mock.calls).toEqual([[expect.objectContaining({ name: "AbortError" })]]);
    expect(await body.next()).toEqual({ done: true, value: undefined });
  });

  test.each<[string, string, number, string | string[], boolean]>([
    ["is an error", "PUT", 200, "10", false],
    ["is complete without a length that can be read", "PUT", 200, ["1", "10"], true],
    ["is complete after a HEAD, whose length is that of a GET", "HEAD", 200, "10", true],
    ["is complete with a 204, which has none", "PUT", 204, "10", true],
    ["is complete with a 304, whose length is that of a 200", "GET", 304, "10", true],
  ])("that ends before its Content-Length %s", async (_, method, status, length, isComplete) => {
    const { fetch } = dispatching((handler, controller) => {
      handler.onRequestStart?.(as(controller), {});
      handler.onResponseStart?.(as(controller), status, { "content-length": length });
      handler.onResponseData?.(as(controller), Buffer.alloc(9));
      handler.onResponseEnd?.(as(controller), {});
    });
    const reading = new Response((await fetch(URL, { method })).body).arrayBuffer();
    if (isComplete) expect((await reading).byteLength).toBe(9);
    else await expect(reading).rejects.toMatchObject({ code: "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" });
  });

  test("that fails is an error at once, even if a part of it has not been read", async () => {
    const { fetch } = dispatching((handler, controller) => {
      handler.onRequestStart?.(as(controller), {});
      handler.onResponseStart?.(as(controller), 200, {});
      handler.onResponseData?.(as(controller), Buffer.alloc(1));
      handler.onResponseError?.(as(controller), new Error("lost"));
    });
    const body = (await fetch(URL)).body as unknown as AsyncIterator<Uint8Array>;
    await expect(body.next()).rejects.toThrow("lost");
  });

  test("that has ended is not aborted when the reader returns", async () => {
    const { read, controllers, end } = responding(1);
    const body = await read();
    end();
    await body.return?.();
    expect(controllers[0]?.abort).not.toHaveBeenCalled();
    expect(await body.next()).toEqual({ done: true, value: undefined });
  });
});
