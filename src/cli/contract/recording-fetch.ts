import type { Fetch, operations } from "../../index.js";

type FetchResponse = Awaited<ReturnType<Fetch>>;

/** A response, as far as the client read it. */
export interface RecordedResponse {
  readonly operationId: keyof operations;
  readonly status: number;
  readonly headers: FetchResponse["headers"];
  readonly body: Uint8Array;
  /** Whether the body was read to its end. */
  readonly isComplete: boolean;
}

/** Sends requests, and keeps what the client reads of the responses. */
export type Recorder = ReturnType<typeof createRecorder>;

/** @param send makes the requests */
export function createRecorder(send: Fetch) {
  const recordings: Recording[] = [];
  return {
    /** A `fetch` for the client of one operation. */
    fetchFor:
      (operationId: keyof operations): Fetch =>
      async (url, init) => {
        const response = await send(url, init);
        const { status, headers, body } = response;
        const recording: Recording = { operationId, status, headers, chunks: [], isComplete: !body };
        recordings.push(recording);
        return recorded(response, recording);
      },
    /** The responses since the last call, the oldest first. */
    take: (): readonly RecordedResponse[] =>
      recordings.splice(0).map(({ chunks, ...head }) => ({ ...head, body: Buffer.concat(chunks) })),
  };
}

type Recording = Omit<RecordedResponse, "body" | "isComplete"> & { readonly chunks: Uint8Array[]; isComplete: boolean };

/** The same response, recorded where the client reads it, since not every `fetch` has a body that can be piped. */
function recorded(response: FetchResponse, recording: Recording): FetchResponse {
  const { status, statusText, headers, body } = response;
  // Every stream of Node and of undici can be iterated over.
  const stream = body && recordedBody(body as AsyncIterable<Uint8Array>, recording);
  return { status, statusText, headers, body: stream, text: () => response.text() };
}

async function* recordedBody(body: AsyncIterable<Uint8Array>, recording: Recording): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    recording.chunks.push(chunk);
    yield chunk;
  }
  recording.isComplete = true;
}
