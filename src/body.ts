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
  let rest = reader;
  let text = "";
  let decoder: TextDecoder | undefined;
  let latest: Uint8Array | undefined;
  for (let room = maxBytes; rest && room >= 0;) {
    const { done, value } = await rest.read();
    if (done) rest = undefined;
    else {
      if (latest) text += (decoder ??= new TextDecoder()).decode(latest, { stream: true });
      latest = value.subarray(0, room);
      room -= value.byteLength || 1; // Even a chunk of nothing counts, so that there cannot be endlessly many.
    }
  }
  return { text: text + (decoder ?? (wholeBodies ??= new TextDecoder())).decode(latest), complete: !rest };
}

/** Most bodies are one chunk; to make a decoder for each would be a tenth of what a call costs. */
let wholeBodies: TextDecoder | undefined;
