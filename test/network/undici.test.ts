// undiciFetch over real connections: what it sends, what it gives, and what becomes of each connection. That the clients
// keep their promises with it, too, is for the other suites, which `npm run test:long` runs through it.
import { getEventListeners, once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Agent, interceptors, ProxyAgent } from "undici";
import { afterEach, describe, expect, test, vi } from "vitest";
import { undiciFetch, type UndiciFetch, type UndiciFetchOptions } from "../../src/undici/index.js";
import {
  respond,
  close,
  head,
  part,
  REFUSING_URL,
  reset,
  stall,
  startFaultServer,
  succeed,
  SUCCESS,
  type Behaviour,
  type FaultServer,
} from "../support/fault-server.js";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startServer(...behaviours: [Behaviour, ...Behaviour[]]): Promise<FaultServer> {
  const server = await startFaultServer(...behaviours);
  cleanUps.push(() => server.close());
  return server;
}

function createFetch(options?: UndiciFetchOptions): UndiciFetch {
  const fetch = undiciFetch(options);
  cleanUps.push(() => Promise.race([fetch.close(), new Promise(setImmediate)]));
  return fetch;
}

const put = (init: RequestInit = {}): RequestInit => ({ method: "PUT", redirect: "manual", ...init });
// The types have the body as a stream; as such it can be iterated over in Node, but not by the types of browsers.
const chunksOf = ({ body }: Response) => body as unknown as AsyncIterableIterator<Uint8Array>;
const textOf = async (response: Response) => new TextDecoder().decode(await bytesOf(response));
async function bytesOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(response)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const LENGTH = { "Content-Length": String(SUCCESS.length) };
const CHUNKED = { "Transfer-Encoding": "chunked" };

describe("the request", () => {
  test("a PUT without a body is sent as fetch sends it: with the given headers and content-length: 0", async () => {
    const server = await startServer(succeed);
    const headers = { Accept: "application/json", Authorization: "Bearer t", "X-Retailer-Id": "ü" };
    await textOf(await createFetch()(`${server.url}/a%2Fb/%C3%BC?c=d#e`, put({ headers })));
    const [line, ...fields] = server.requests[0]?.split("\r\n") ?? [];
    expect(line).toBe("PUT /a%2Fb/%C3%BC?c=d HTTP/1.1");
    expect(fields.filter((field) => !field.startsWith("accept-encoding: "))).toEqual([
      `host: ${new URL(server.url).host}`,
      "connection: keep-alive",
      "accept: application/json",
      "authorization: Bearer t",
      "x-retailer-id: ü",
      "content-length: 0",
    ]);
  });

  test("a body is sent as UTF-8 with its length", async () => {
    const server = await startServer(succeed);
    await textOf(await createFetch()(server.url, { method: "POST", body: '{"a":"ü"}' }));
    expect(server.requests[0]).toMatch(/^POST \/ HTTP\/1\.1\r\n[^]*content-length: 10$/);
  });

  test.each<[string, HeadersInit]>([
    ["a Headers object", new Headers({ "X-A": "1", "Accept-Encoding": "identity" })],
    ["a list", [["X-A", "1"], ["Accept-Encoding", "identity"]]], // prettier-ignore
    ["an object", { "X-A": "1", "Accept-Encoding": "identity" }],
  ])("headers may be %s, and an Accept-Encoding among them replaces the default", async (_, headers) => {
    const server = await startServer(succeed);
    await textOf(await createFetch()(server.url, put({ headers })));
    const fields = server.requests[0]?.split("\r\n").filter((field) => /^(x-a|accept-encoding):/.test(field));
    expect(fields?.sort()).toEqual(["accept-encoding: identity", "x-a: 1"]);
  });
});

describe("the response", () => {
  test("has the status line, the URL and the headers that fetch returns", async () => {
    const fields = "Set-Cookie: a=1\r\nVary: a\r\nset-cookie: b=2\r\nVARY: b\r\nX-Text: caf\xe9\r\nContent-Length: 0";
    const server = await startServer(
      (socket) => void socket.write(`HTTP/1.1 404 Nothing Here\r\n${fields}\r\n\r\n`, "latin1"),
    );
    const response = await createFetch()(`${server.url}/a?b#c`, put());
    const reference = await fetch(`${server.url}/a?b#c`, put());
    const seen = ({ status, statusText, ok, type, url, redirected, headers }: Response) => ({
      ...{ status, statusText, ok, type, url, redirected },
      headers: [...headers],
      cookies: headers.getSetCookie(),
    });
    expect(seen(response)).toEqual(seen(reference));
    expect([response.ok, response.headers.get("vary"), await textOf(response)]).toEqual([false, "a, b", ""]);
  });

  test.each<[string, string, Behaviour]>([
    ["interim responses", "PUT", part("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 P\r\n\r\n", succeed)],
    ["trailers", "PUT", part(`${head(200, CHUNKED)}1a\r\n${SUCCESS}\r\n0\r\nX-Checksum: 1\r\n\r\n`, stall)],
    [
      "a body in pieces",
      "PUT",
      part(head(200, LENGTH) + SUCCESS.slice(0, 9), (socket) => void socket.write(SUCCESS.slice(9))),
    ],
  ])("with %s is read to its end, and its connection is reused", async (_, method, behaviour) => {
    const server = await startServer(behaviour);
    const fetch = createFetch({ connections: 1 });
    for (let call = 0; call < 3; call += 1) {
      const response = await fetch(server.url, put({ method }));
      expect([response.status, response.ok, await textOf(response)]).toEqual([200, true, SUCCESS]);
    }
    expect(server.connections).toBe(1);
  });

  test.each<[string, string, Behaviour, number]>([
    ["a response to HEAD", "HEAD", respond(200, "", LENGTH), 200],
    ["a 204", "PUT", part(head(204), stall), 204],
    ["a 304", "PUT", part(head(304), stall), 304],
    ["Content-Length: 0", "PUT", respond(500), 500],
    ["no chunks", "PUT", part(`${head(200, CHUNKED)}0\r\n\r\n`, stall), 200],
    ["nothing to decode", "PUT", respond(200, "", { "Content-Encoding": "br" }), 200],
  ])("%s has no body, and does not wait for one", async (_, method, behaviour, status) => {
    const server = await startServer(behaviour);
    const response = await createFetch()(server.url, put({ method }));
    expect([response.status, await textOf(response)]).toEqual([status, ""]);
  });

  test.each<[string, () => UndiciFetchOptions]>([
    ["by itself", () => ({})],
    [
      "by a dispatcher that would",
      () => ({ dispatcher: new Agent().compose(interceptors.redirect({ maxRedirections: 5 })) }),
    ],
  ])("that is a redirect is not followed %s", async (_, options) => {
    const other = await startServer(succeed);
    const server = await startServer(respond(307, "", { Location: other.url }));
    const response = await createFetch(options())(server.url, put());
    expect([response.status, response.headers.get("location"), other.connections]).toEqual([307, other.url, 0]);
  });

  test("that arrives before the request has ended is read, and its connection is reused", async () => {
    const server = createServer((socket) => {
      let received = 0;
      socket.on("error", () => {});
      socket.on("data", (data) => {
        if (received === 0) succeed(socket);
        received = (received + data.length) % (1024 * 1024);
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    cleanUps.push(async () => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fetch = createFetch({ connections: 1 });
    expect(await textOf(await fetch(url, { method: "POST", body: "a".repeat(900_000) }))).toBe(SUCCESS);
  });

  test("is not read faster than its consumer reads it", async () => {
    let sentBytes = 0;
    const server = await startServer((socket) => {
      socket.write(head(200, CHUNKED));
      const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
      const more = () => {
        if (!socket.destroyed) socket.write(chunk, () => ((sentBytes += 0x10000), setImmediate(more)));
      };
      more();
    });
    const response = await createFetch()(server.url, put());
    let stoppedAt = -1;
    for (let unchanged = 0; unchanged < 10; unchanged = sentBytes === stoppedAt ? unchanged + 1 : 0) {
      stoppedAt = sentBytes;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    let readBytes = 0;
    for await (const chunk of chunksOf(response)) if ((readBytes += chunk.byteLength) > 2 * stoppedAt) break;
    expect(sentBytes).toBeGreaterThan(stoppedAt);
    await server.firstClosed();
  });
});

describe("the connection", () => {
  test("is reused if the whole body arrived, even if nobody read it", async () => {
    const server = await startServer(succeed);
    const fetch = createFetch({ connections: 1 });
    for (let call = 0; call < 3; call += 1) await chunksOf(await fetch(server.url, put())).return?.();
    expect(server.connections).toBe(1);
  });

  test("is closed if the reader stops early, and further reads return nothing", async () => {
    const server = await startServer(part(head(200, LENGTH) + SUCCESS.slice(0, 9), stall));
    const reader = chunksOf(await createFetch()(server.url, put()));
    expect(String((await reader.next()).value)).toBe(SUCCESS.slice(0, 9));
    const pending = reader.next();
    expect(await reader.return?.()).toEqual({ done: true, value: undefined });
    expect([await pending, await reader.next()]).toEqual(Array(2).fill({ done: true, value: undefined }));
    await server.firstClosed();
  });

  test.each<[string, Behaviour]>([
    ["closed", (socket) => socket.write(head(200, LENGTH) + SUCCESS, () => socket.end())],
    ["half-closed with its response", (socket) => socket.end(head(200, LENGTH) + SUCCESS)],
    [
      "reset",
      (socket) => socket.write(head(200, LENGTH) + SUCCESS, () => setImmediate(() => socket.resetAndDestroy())),
    ],
    ["announced to be closed", part(head(200, { ...LENGTH, Connection: "close" }) + SUCCESS, stall)],
  ])("that the server has %s while idle is replaced", async (_, behaviour) => {
    const server = await startServer(behaviour);
    const fetch = createFetch({ connections: 1 });
    for (let call = 0; call < 3; call += 1) {
      expect(await textOf(await fetch(server.url, put()))).toBe(SUCCESS);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect([server.requests.length, server.connections]).toEqual([3, 3]);
  });

  test.each<[string, Behaviour, string]>([
    ["resets", reset, "ECONNRESET"],
    ["closes", close, "UND_ERR_SOCKET"],
  ])(
    "that the server %s as a request arrives is an error with its code, and nothing is sent twice",
    async (_, fault, code) => {
      const server = await startServer(succeed, fault, succeed);
      const fetch = createFetch();
      await textOf(await fetch(server.url, put()));
      await expect(fetch(server.url, put())).rejects.toMatchObject({ code });
      expect(server.requests).toHaveLength(2);
      expect(await textOf(await fetch(server.url, put()))).toBe(SUCCESS);
    },
  );

  test.each<[string, Behaviour, object]>([
    ["is not HTTP", part("Hello!\r\n\r\n", stall), { name: "HTTPParserError" }],
    [
      "has too long headers",
      part(head(200, { "X-A": "a".repeat(17_000) }), stall),
      { code: "UND_ERR_HEADERS_OVERFLOW" },
    ],
    ["is an unasked 100", part("HTTP/1.1 100 Continue\r\n\r\n", stall), { code: "UND_ERR_SOCKET" }],
    [
      "is an upgrade",
      part("HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: a\r\n\r\n", stall),
      { code: "UND_ERR_SOCKET" },
    ],
  ])("is closed after a response that %s, with undici's error", async (_, behaviour, error) => {
    const server = await startServer(behaviour);
    await expect(createFetch()(server.url, put())).rejects.toMatchObject(error);
    await server.firstClosed();
  });

  test("that is lost during the body is an error with its code", async () => {
    const server = await startServer(part(head(200, LENGTH) + SUCCESS.slice(0, 9), reset));
    const response = await createFetch()(server.url, put());
    const code = expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/);
    await expect(textOf(response)).rejects.toMatchObject({ code });
  });

  test("that is refused is an error with its code", async () => {
    await expect(createFetch()(REFUSING_URL, put())).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("is shared: requests beyond the allowed number wait for a free one", async () => {
    const server = await startServer((socket) => setImmediate(succeed, socket));
    const fetch = createFetch({ connections: 2 });
    const calls = Array.from({ length: 20 }, async () => textOf(await fetch(server.url, put())));
    expect(await Promise.all(calls)).toEqual(Array(20).fill(SUCCESS));
    expect(server.connections).toBe(2);
  });

  test("is closed by close(), which waits for the request in flight", async () => {
    let respond = () => {};
    const server = await startServer((socket) => (respond = () => succeed(socket)));
    const fetch = undiciFetch();
    const call = fetch(server.url, put()).then(textOf);
    await server.arrived(1);
    let isClosed = false;
    const closed = fetch.close().then(() => (isClosed = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isClosed).toBe(false);
    respond();
    expect(await call).toBe(SUCCESS);
    await closed;
    await server.firstClosed();
  });
});

const REASONS: [string, unknown][] = [
  ["an Error", new Error("mine")],
  ["null", null],
  ["an empty string", ""],
  ["none, which is an AbortError", undefined],
];

describe.each(REASONS)(
  "an abort with the reason %s rejects with that reason and leaves nothing behind,",
  (_, reason) => {
    async function aborted(start: (signal: AbortSignal) => Promise<Promise<unknown>[]>): Promise<void> {
      const controller = new AbortController();
      const [call] = await start(controller.signal);
      controller.abort(reason);
      const outcome = await call?.then(
        () => "no rejection",
        (error: unknown) => ({ error }),
      );
      expect(outcome).toEqual({ error: controller.signal.reason });
      if (reason !== undefined) expect(controller.signal.reason).toBe(reason);
      expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    }

    test("before the request: nothing is sent", async () => {
      const server = await startServer(succeed);
      const signal = AbortSignal.abort(reason);
      await expect(createFetch()(server.url, put({ signal }))).rejects.toBe(signal.reason);
      expect(server.connections).toBe(0);
    });

    test("while it waits for a new connection", async () => {
      let connect = () => {};
      const dispatcher = new Agent({
        connect: (_, callback) => void (connect = () => callback(new Error("too late"), null)),
      });
      await aborted(async (signal) => [createFetch({ dispatcher })("http://server.example", put({ signal }))]);
      connect();
      await dispatcher.close();
    });

    test("while it waits for a free connection: the request is never sent", async () => {
      let respond = () => {};
      const server = await startServer((socket) => (respond = () => succeed(socket)), succeed);
      const fetch = createFetch({ connections: 1 });
      const first = fetch(server.url, put()).then(textOf);
      await server.arrived(1);
      await aborted(async (signal) => [fetch(`${server.url}/aborted`, put({ signal }))]);
      respond();
      expect(await first).toBe(SUCCESS);
      expect(await textOf(await fetch(`${server.url}/next`, put()))).toBe(SUCCESS);
      expect(server.requests.map((request) => request.split(" ")[1])).toEqual(["/", "/next"]);
    });

    test("while it waits for the response: the connection is closed", async () => {
      const server = await startServer(stall);
      await aborted(async (signal) => {
        const call = createFetch()(server.url, put({ signal }));
        await server.arrived(1);
        return [call];
      });
      await server.firstClosed();
    });

    test.each<[string, Record<string, string>]>([
      ["plain", {}],
      ["compressed", { "Content-Encoding": "gzip" }],
    ])("in a %s body: the connection is closed", async (_, headers) => {
      const server = await startServer(part(head(200, { ...CHUNKED, ...headers }), stall));
      await aborted(async (signal) => {
        const reading = chunksOf(await createFetch()(server.url, put({ signal }))).next();
        await new Promise(setImmediate);
        return [reading];
      });
      await server.firstClosed();
    });

    test("after the response: nothing changes", async () => {
      const server = await startServer(succeed);
      const controller = new AbortController();
      const response = await createFetch()(server.url, put({ signal: controller.signal }));
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(reason);
      expect(await textOf(response)).toBe(SUCCESS);
    });
  },
);

describe('proxy: "env"', () => {
  async function startProxy(): Promise<FaultServer> {
    // It responds to a CONNECT and, as the end of the tunnel, also to what arrives through it.
    const proxy = await startServer((socket) => {
      const isConnect = proxy.requests.at(-1)?.startsWith("CONNECT ");
      if (isConnect) socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      else succeed(socket);
    });
    return proxy;
  }

  test("sends requests through the proxy from the environment, with its user, until it is closed", async () => {
    const proxy = await startProxy();
    vi.stubEnv("http_proxy", `user:p%23ss@${new URL(proxy.url).host}`);
    vi.stubEnv("no_proxy", "");
    const fetch = createFetch({ proxy: "env" });
    for (const host of ["a", "b"]) expect(await textOf(await fetch(`http://${host}.example/c`, put()))).toBe(SUCCESS);
    const authorization = `proxy-authorization: Basic ${Buffer.from("user:p#ss").toString("base64")}`;
    expect(proxy.requests.filter((request) => request.includes(authorization))).toEqual([
      expect.stringMatching(/^CONNECT a\.example:80 /),
      expect.stringMatching(/^CONNECT b\.example:80 /),
    ]);
    const closing = [vi.spyOn(Agent.prototype, "close"), vi.spyOn(ProxyAgent.prototype, "close")];
    await fetch.close();
    await proxy.firstClosed();
    for (const close of closing) {
      expect(close).toHaveBeenCalled();
      close.mockRestore();
    }
  });

  test("reaches a loopback host directly by http, as any host is reached without the option", async () => {
    const proxy = await startProxy();
    const server = await startServer(succeed);
    vi.stubEnv("http_proxy", proxy.url);
    vi.stubEnv("no_proxy", "");
    for (const options of [{}, { proxy: "env" } as const])
      expect(await textOf(await createFetch(options)(server.url, put()))).toBe(SUCCESS);
    expect([server.requests.length, proxy.requests.length]).toEqual([2, 0]);
  });

  test("is a TypeError for an invalid variable, at once", () => {
    vi.stubEnv("ALL_PROXY", "socks5://127.0.0.1:1080");
    expect(() => undiciFetch({ proxy: "env" })).toThrow(/^ALL_PROXY must be an HTTP proxy/);
  });
});
