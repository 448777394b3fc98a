/** A line of a file or a stream. */
export interface Line {
  /** 1 for the first line. */
  readonly number: number;
  /** The line without its end, and without a byte order mark. */
  readonly text: string;
  /** Where it starts, in bytes. */
  readonly start: number;
  /** Whether a line break follows. */
  readonly isTerminated: boolean;
}

/** Far more than an order or a result ever has. A longer line is cut there. */
export const MAX_LINE_BYTES = 100_000;

/** Reads UTF-8 text line by line. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let [number, start] = [1, 0];
  let [rest, restBytes] = [Buffer.alloc(0), 0]; // The beginning of a line, and how long it is so far.
  const textOf = (bytes: Buffer) => bytes.toString("utf8").replace(/^\uFEFF|\r$/g, "");
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const part = chunk.subarray(from, end);
      yield { number, text: textOf(Buffer.concat([rest, part])), start, isTerminated: true };
      number += 1;
      start += restBytes + part.length + 1;
      from = end + 1;
      [rest, restBytes] = [Buffer.alloc(0), 0];
    }
    restBytes += chunk.length - from;
    if (from < chunk.length && rest.length <= MAX_LINE_BYTES) rest = Buffer.concat([rest, chunk.subarray(from)]);
  }
  if (restBytes > 0) yield { number, text: textOf(rest), start, isTerminated: false };
}
