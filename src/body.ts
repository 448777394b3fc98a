/** The text of a body, as far as it was read. */
export interface Body {
  readonly text: string;
  /** Whether the body ended within the limit; the rest of a longer one was not read. */
  readonly complete: boolean;
}

/**
 * Reads a body of at most `maxBytes`. Reading to the end, rather than cancelling at once, lets the connection be used
 * again.
 *
 * @param reader of the body, which the caller cancels; without it there is no body
 */
export async function readBody(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  maxBytes: number,
): Promise<Body> {
  const chunks: Uint8Array[] = [];
  for (let room = maxBytes; reader && room >= 0;) {
    const { done, value } = await reader.read();
    if (done) return { text: decode(chunks), complete: true };
    chunks.push(value.subarray(0, room));
    room -= value.byteLength || 1; // Even a chunk of nothing counts, so that there cannot be endlessly many.
  }
  return { text: decode(chunks), complete: !reader };
}

let sharedDecoder: TextDecoder | undefined;

/** Most bodies are one chunk, and decoding that in one step, by a decoder that is there already, costs a tenth. */
function decode(chunks: readonly Uint8Array[]): string {
  const decoder = (sharedDecoder ??= new TextDecoder());
  return chunks.map((chunk, index) => decoder.decode(chunk, { stream: index < chunks.length - 1 })).join("");
}
