import type { Writable } from "node:stream";

/**
 * Writes, and waits until the stream has passed the text on, so that nothing heaps up before a slow reader.
 *
 * @returns what went wrong, if anything
 */
export function write(stream: Writable, text: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => stream.write(text, (error) => resolve(error ?? undefined)));
}
