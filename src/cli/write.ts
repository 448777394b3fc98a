import type { Writable } from "node:stream";

/**
 * Writes, and waits until the stream has passed the text on, so that a slow reader causes no pile-up.
 *
 * @returns the error, if there is one
 */
export function write(stream: Writable, text: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => stream.write(text, (error) => resolve(error ?? undefined)));
}
