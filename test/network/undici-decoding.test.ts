// The bodies that undiciFetch decodes.
import * as zlib from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { undiciFetch, type UndiciFetch } from "../../src/undici/index.js";
import { head, part, stall, startFaultServer, SUCCESS, type Behaviour } from "../support/fault-server.js";

let fetch: UndiciFetch;
beforeEach(() => {
  fetch = undiciFetch();
});
afterEach(() => fetch.close());

// The types are those of Node 20, which has no zstd.
const { zstdCompressSync } = zlib as { zstdCompressSync?: (body: string) => Buffer };
const brotli = (body: string) =>
  zlib.brotliCompressSync(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } });
const ENCODERS: Record<string, (body: string) => Buffer> = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  br: brotli,
  ...(zstdCompressSync && { zstd: zstdCompressSync }),
};

// What servers send without being asked, as Node's own fetch decodes it.
const FURTHER: [string, (body: string) => Buffer][] = [
  ["x-gzip", zlib.gzipSync],
  ["deflate", zlib.deflateRawSync],
  ["gzip, x-gzip", (body) => zlib.gzipSync(zlib.gzipSync(body))],
  ["deflate,gzip", (body) => zlib.gzipSync(zlib.deflateRawSync(body))],
  ["br , deflate", (body) => zlib.deflateSync(brotli(body))],
  [
    Array(5).fill("gzip").join(),
    (body) =>
      Array(5)
        .fill(zlib.gzipSync)
        .reduce((data, zip) => zip(data), body),
  ],
];

function encoded(coding: string, body: Uint8Array): Behaviour {
  return (socket) => {
    socket.write(head(200, { "Content-Encoding": coding, "Content-Length": String(body.length) }));
    socket.write(body);
  };
}

async function* read(url: string): AsyncGenerator<Uint8Array> {
  const { body } = await fetch(url, { method: "PUT" });
  yield* body as unknown as AsyncIterable<Uint8Array>; // In the types of browsers it cannot be iterated over.
}

async function textOf(url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of read(url)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("Accept-Encoding lists what this Node can decode, and nothing else", async () => {
  const server = await startFaultServer(encoded("identity", Buffer.from(SUCCESS)));
  await textOf(server.url);
  expect(server.requests[0]).toContain(`\r\naccept-encoding: ${Object.keys(ENCODERS).join(", ")}\r\n`);
  await server.close();
});

test.each([...Object.entries(ENCODERS), ...FURTHER])(
  "a body in %s is decoded, and its connection is reused",
  async (coding, encode) => {
    const server = await startFaultServer(
      encoded(coding, encode(SUCCESS)),
      encoded(coding.toUpperCase(), encode(SUCCESS)),
    );
    expect([await textOf(server.url), await textOf(server.url)]).toEqual([SUCCESS, SUCCESS]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await textOf(server.url);
    expect(server.connections).toBeLessThanOrEqual(2); // undici may open a second one while it puts the first back.
    await server.close();
  },
);

test.each(Object.keys(ENCODERS))("an empty body in %s is empty", async (coding) => {
  const server = await startFaultServer(encoded(coding, Buffer.alloc(0)));
  expect(await textOf(server.url)).toBe("");
  await server.close();
});

test.each(["identity", "compress", "gzip, compress", "compress, gzip", "", ",", Array(6).fill("gzip").join()])(
  "a body in the coding %j, which is unknown or has more than five layers, arrives unchanged",
  async (coding) => {
    const server = await startFaultServer(encoded(coding, Buffer.from(SUCCESS)));
    expect(await textOf(server.url)).toBe(SUCCESS);
    await server.close();
  },
);

test.each(Object.keys(ENCODERS))(
  "a body that claims to be %s but is not is an error with zlib's code",
  async (coding) => {
    const server = await startFaultServer(encoded(coding, Buffer.alloc(20, 0xff)));
    await expect(textOf(server.url)).rejects.toMatchObject({ code: expect.stringMatching(/^(Z|ERR_|ZSTD)_/) });
    await server.close();
  },
);

test.each([...Object.entries(ENCODERS), ...FURTHER])(
  "a bomb in %s is decoded only as far as it is read, and its connection is closed",
  async (coding, encode) => {
    const bomb = encode(" ".repeat(16 * 1024 * 1024));
    const server = await startFaultServer(
      part(head(200, { "Content-Encoding": coding, "Transfer-Encoding": "chunked" }), (socket) => {
        socket.write(`${bomb.length.toString(16)}\r\n`);
        socket.write(bomb);
      }),
    );
    const { arrayBuffers } = process.memoryUsage();
    let bytes = 0;
    for await (const chunk of read(server.url)) if ((bytes += chunk.byteLength) > 1024 * 1024) break;
    expect(bytes).toBeLessThan(2 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(8 * 1024 * 1024);
    await server.firstClosed();
    await server.close();
  },
);

test("a connection lost during an encoded body is an error with its code", async () => {
  const body = zlib.gzipSync(SUCCESS);
  const server = await startFaultServer((socket) => {
    socket.write(head(200, { "Content-Encoding": "gzip", "Content-Length": String(body.length) }));
    socket.write(body.subarray(0, 12), () => socket.end());
  });
  await expect(textOf(server.url)).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });
  await server.close();
});

test("an encoded body is delivered as far as it has arrived", async () => {
  const sent = zlib.gzipSync(SUCCESS).subarray(0, -8); // Without the check sum at its end.
  const server = await startFaultServer((socket) => {
    socket.write(head(200, { "Content-Encoding": "gzip", "Content-Length": "1000" }));
    socket.write(sent, () => stall(socket));
  });
  const controller = new AbortController();
  const response = await fetch(server.url, { method: "PUT", signal: controller.signal });
  const chunks = response.body as unknown as AsyncIterableIterator<Uint8Array>;
  expect(String((await chunks.next()).value)).toBe(SUCCESS);
  controller.abort("mine");
  await expect(chunks.next()).rejects.toBe("mine");
  await server.firstClosed();
  await server.close();
});
