import { pipeline, type Duplex } from "node:stream";
import * as zlib from "node:zlib";
import type { Exchange } from "./exchange.js";

// As Node's own fetch and curl do: what has arrived is decoded at once, and a truncated end is not an error.
const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
const ZLIB = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const BROTLI = { flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH };

const DECODERS = new Map<string, () => Duplex>([
  ["gzip", () => zlib.createGunzip(ZLIB)],
  ["deflate", () => zlib.createInflate(ZLIB)],
  ["br", () => zlib.createBrotliDecompress(BROTLI)],
]);

// Node has it from 22.15 on, and the types are those of Node 20.
const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: zlib.ZlibOptions) => Duplex };
if (createZstdDecompress) {
  const { ZSTD_e_flush } = zlib.constants as unknown as { ZSTD_e_flush: number };
  DECODERS.set("zstd", () => createZstdDecompress({ flush: ZSTD_e_flush, finishFlush: ZSTD_e_flush }));
}

/** What `Accept-Encoding` asks for. */
export const ACCEPT_ENCODING = [...DECODERS.keys()].join(", ");

/** Decodes a body as its `Content-Encoding` says. A coding that was not requested leaves the body as it is. */
export function decode(
  body: Exchange,
  contentEncoding: string | null,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<Uint8Array> {
  const createDecoder = DECODERS.get(contentEncoding?.trim().toLowerCase() ?? "");
  return createDecoder ? decoded(body, createDecoder(), signal) : body;
}

async function* decoded(
  body: Exchange,
  decoder: Duplex,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  try {
    yield* pipeline(body, decoder, () => {}); // A failure of either one is thrown here.
  } catch (error) {
    if (signal?.aborted) throw signal.reason; // Streams replace a falsy reason.
    throw error;
  } finally {
    await body.return(); // `pipeline` does not end a body that it is waiting for.
  }
}
