import { pipeline, type Duplex } from "node:stream";
import * as zlib from "node:zlib";
import type { Exchange } from "./exchange.js";

// As Node's own fetch and curl do: what has arrived is decoded at once, and a truncated end is not an error.
const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
const ZLIB = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const BROTLI = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };

type Bytes = AsyncIterable<Uint8Array>;
type Decoder = (body: Bytes) => Bytes;

// A failure of either one is thrown where it is read.
const through = (body: Bytes, decoder: Duplex): Bytes => pipeline(body, decoder, () => {});

const gunzip: Decoder = (body) => through(body, zlib.createGunzip(ZLIB));

const DECODERS = new Map<string, Decoder>([
  ["gzip", gunzip],
  ["deflate", inflate],
  ["br", (body) => through(body, zlib.createBrotliDecompress(BROTLI))],
]);

// Node has it from 22.15 on, and the types are those of Node 20.
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Duplex };
if (createZstdDecompress) {
  const { ZSTD_e_flush } = zlib.constants as unknown as { ZSTD_e_flush: number };
  const ZSTD = { flush: ZSTD_e_flush, finishFlush: ZSTD_e_flush };
  DECODERS.set("zstd", (body) => through(body, createZstdDecompress(ZSTD)));
}

/** What `Accept-Encoding` asks for. */
export const ACCEPT_ENCODING = [...DECODERS.keys()].join(", ");

DECODERS.set("x-gzip", gunzip); // An old name: https://www.rfc-editor.org/rfc/rfc9110.html#section-8.4.1.3

// Of codings on top of each other, as in undici. More have no use but to keep the reader busy.
const MAX_LAYERS = 5;

/** Decodes a body as its `Content-Encoding` says. One with an unknown coding stays as it is. */
export function decode(
  body: Exchange,
  contentEncoding: string | null,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<Uint8Array> {
  if (contentEncoding === null) return body;
  const codings = contentEncoding.toLowerCase().split(",");
  const decoders = codings.map((coding) => DECODERS.get(coding.trim()));
  if (decoders.length > MAX_LAYERS || !decoders.every((decoder) => decoder !== undefined)) return body;
  return decoded(body, decoders, signal);
}

async function* decoded(
  body: Exchange,
  decoders: readonly Decoder[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  try {
    yield* decoders.reduceRight<Bytes>((encoded, decoder) => decoder(encoded), body); // The last one was applied last.
  } catch (error) {
    if (signal?.aborted) throw signal.reason; // Streams replace a falsy reason.
    throw error;
  } finally {
    await body.return(); // `pipeline` does not end a body that it is waiting for.
  }
}

/**
 * Decodes `deflate`, which some servers send without the header of zlib. The first byte tells:
 * https://www.rfc-editor.org/rfc/rfc9110.html#section-8.4.1.2
 */
async function* inflate(body: Bytes): AsyncGenerator<Uint8Array, undefined, undefined> {
  const chunks = body[Symbol.asyncIterator]();
  const { value: first, done } = await chunks.next();
  if (done) return;
  const hasHeader = ((first[0] ?? 0) & 0x0f) === 8;
  const all = async function* () {
    yield first;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  yield* through(all(), hasHeader ? zlib.createInflate(ZLIB) : zlib.createInflateRaw(ZLIB));
}
