// undiciFetch over HTTP/2.
import { once } from "node:events";
import { createSecureServer, type IncomingHttpHeaders, type Http2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createChatClient } from "../../src/index.js";
import { undiciFetch, type UndiciFetch } from "../../src/undici/index.js";
import { SUCCESS } from "../support/fault-server.js";
import { cert, key } from "../support/self-signed.js";

type Behaviour = (stream: ServerHttp2Stream, number: number) => void;

let behave: Behaviour;
let arrived: IncomingHttpHeaders[];
let sessions: Http2Session[];
let url: string;
let fetch: UndiciFetch;
let cleanUp: () => Promise<unknown>;
beforeEach(async () => {
  arrived = [];
  sessions = [];
  const server = createSecureServer({ cert, key, allowHTTP1: true });
  server.on("session", (session) => sessions.push(session.on("error", () => {})));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    behave(stream, arrived.push(headers));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const dispatcher = new Agent({ allowH2: true, connections: 1, connect: { ca: cert } });
  fetch = undiciFetch({ dispatcher });
  cleanUp = async () => {
    await dispatcher.destroy();
    sessions.forEach((session) => session.destroy());
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => cleanUp());

const succeed: Behaviour = (stream) => {
  stream.respond({ ":status": 200, "content-type": "application/json", "set-cookie": ["a=1", "b=2"] });
  stream.end(SUCCESS);
};

async function call(signal?: AbortSignal): Promise<string> {
  const { status, body } = await fetch(url, {
    method: "PUT",
    headers: { Accept: "application/json" },
    ...(signal && { signal }),
  });
  let text = `${status} `;
  // In the types of browsers it cannot be iterated over.
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) text += String(chunk);
  return text;
}

test("a request and its response are the same as over HTTP/1.1", async () => {
  behave = succeed;
  const response = await fetch(url, { method: "PUT", headers: { Accept: "application/json" } });
  expect([response.status, response.ok, response.headers.get("content-type"), response.headers.getSetCookie()]).toEqual(
    [...[200, true, "application/json", ["a=1", "b=2"]]],
  );
  expect(arrived).toMatchObject([
    { ":method": "PUT", ":path": "/", accept: "application/json", "content-length": "0" },
  ]);
  await (response.body as unknown as AsyncIterator<Uint8Array>).return?.();
});

test("concurrent calls share one connection", async () => {
  behave = (stream, number) => setImmediate(succeed, stream, number);
  expect(await Promise.all(Array.from({ length: 20 }, () => call()))).toEqual(Array(20).fill(`200 ${SUCCESS}`));
  expect([arrived.length, sessions.length]).toEqual([20, 1]);
});

test.each<[string, Behaviour]>([
  ["says GOAWAY", (stream) => stream.session?.goaway(0, 0)],
  ["says GOAWAY after a stream", (stream) => stream.session?.goaway(0, stream.id)],
  ["destroys the session", (stream) => stream.session?.destroy()],
  ["refuses the stream", (stream) => stream.close(7)],
])("when the server %s, each call settles once, nothing is sent twice, and the next one succeeds", async (_, fault) => {
  behave = (stream, number) => {
    if (number === 1) fault(stream, number);
    // With what is under way when GOAWAY comes the server may go on.
    if (!stream.destroyed) setTimeout(() => stream.destroyed || stream.closed || succeed(stream, number), 20);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => call(AbortSignal.timeout(3000))));
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") expect(outcome.value).toBe(`200 ${SUCCESS}`);
    else
      expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/^(UND_ERR_\w+|ERR_HTTP2_\w+|ECONNRESET)$/) });
  }
  expect(arrived.length).toBeLessThanOrEqual(5);
  expect(await call(AbortSignal.timeout(3000))).toBe(`200 ${SUCCESS}`);
});

test("a body that RST_STREAM ends before its Content-Length is a lost connection, which the client retries", async () => {
  behave = (stream, number) => {
    if (number > 1) return succeed(stream, number);
    stream.respond({ ":status": 200, "content-type": "application/json", "content-length": SUCCESS.length });
    stream.write(SUCCESS.slice(0, 9), () => setTimeout(() => stream.destroy(), 20)); // NO_ERROR, without END_STREAM.
  };
  await expect(call()).rejects.toMatchObject({ code: "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" });
  arrived = [];
  const { attempts } = await createChatClient({ accessToken: "t", baseUrl: url, fetch }).markMessagesAsRead("a");
  expect(attempts).toMatchObject([{ error: "NetworkError", status: 200 }, { status: 200 }]);
});

test.each<[string, Behaviour]>([
  ["before the response", () => {}],
  ["in the body", (stream) => void (stream.respond({ ":status": 200 }), stream.write("{"))],
])("an abort %s ends the stream, and the connection is reused", async (_, behaviour) => {
  let ended: Promise<unknown> | undefined;
  const controller = new AbortController();
  behave = (stream, number) => {
    behaviour(stream, number);
    ended = once(stream, "close");
    setTimeout(() => controller.abort("mine"), 20);
  };
  await expect(call(controller.signal)).rejects.toBe("mine");
  await ended;
  behave = succeed;
  expect(await call()).toBe(`200 ${SUCCESS}`);
  expect(sessions).toHaveLength(1);
});
