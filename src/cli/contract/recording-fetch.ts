import type { Fetch } from "../../index.js";

/** A response as it came, as far as the client read it. */
export interface RawResponse {
  readonly url: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Whether the body was read to its end. */
  readonly complete: boolean;
}

/** Passes requests on, and keeps the responses. */
export interface RecordingFetch {
  readonly fetch: Fetch;
  /** Returns what was sent and received since the last call, the oldest response first. */
  take(): { readonly requests: number; readonly responses: readonly RawResponse[] };
}

/** @param send makes the requests */
export function recordingFetch(send: Fetch): RecordingFetch {
  let requests = 0;
  let recordings: Recording[] = [];
  return {
    async fetch(url, init) {
      requests += 1;
      const response = (await send(url, init)) as Response; // The platform's, or undiciFetch's, which has what is read here.
      const recording = new Recording(url, init, response);
      recordings.push(recording);
      return recording.passOn(response);
    },
    take() {
      const taken = { requests, responses: recordings.map((recording) => recording.result()) };
      requests = 0;
      recordings = [];
      return taken;
    },
  };
}

class Recording {
  readonly #head: Omit<RawResponse, "body" | "complete">;
  readonly #chunks: Uint8Array[] = [];
  #complete = false;

  constructor(url: string, init: RequestInit, { status, headers }: Response) {
    this.#head = { url, method: init.method ?? "GET", status, headers };
  }

  /** The same response, whose body is recorded while it is read. */
  passOn(response: Response): Response {
    const { status, ok, type, redirected, url, headers } = response;
    const tap = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        this.#chunks.push(chunk);
        controller.enqueue(chunk);
      },
      flush: () => {
        this.#complete = true;
      },
    });
    const body = response.body?.pipeThrough(tap) ?? null;
    if (!body) this.#complete = true;
    // Just the members that the client reads. A real `Response` could neither have a body with a status such as 304
    // nor a type.
    return { status, ok, type, redirected, url, headers, body } as Response;
  }

  result(): RawResponse {
    return { ...this.#head, body: Buffer.concat(this.#chunks), complete: this.#complete };
  }
}
