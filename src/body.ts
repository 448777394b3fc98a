/** The text of a body, as far as it was read. */
export interface Body {
  readonly text: string;
  /** Whether the body ended within the limit; the rest of a longer one was not read. */
  readonly complete: boolean;
}

/**
 * Reads a body of at most `maxBytes`, and cancels a longer one. Reading to the end, rather than cancelling at once,
 * lets the connection be used again.
 *
 * @param signal cancels the body too, for a `fetch` that does not heed it
 */
export async function readBody(response: Response, maxBytes: number, signal: AbortSignal): Promise<Body> {
  const reader = response.body?.getReader();
  if (!reader) return { text: "", complete: true };

  const cancel = () => void reader.cancel().catch(() => {});
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel);
  const decoder = new TextDecoder();
  let text = "";
  let room = maxBytes;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode(), complete: true };
      text += decoder.decode(value.subarray(0, room), { stream: true });
      room -= value.byteLength || 1; // Even a chunk of nothing counts, so that there cannot be endlessly many.
      if (room < 0) return { text, complete: false };
    }
  } finally {
    cancel(); // Of no consequence when the body has ended.
  }
}
