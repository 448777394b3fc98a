import { errors, type Dispatcher } from "undici";

/** The status line and the headers of a response. */
export interface ResponseHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
}

// What may arrive before anyone reads it. Beyond that, undici stops reading from the socket.
const MAX_BUFFERED_BYTES = 64 * 1024;

/**
 * One request and its response. undici and the request's signal call it, and the body is read from it. The end of the
 * response, a failure, an abort or the reader's `return` ends the exchange, whichever comes first.
 */
export class Exchange implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array> {
  readonly #signal: AbortSignal | undefined;
  #resolveHead!: (head: ResponseHead) => void;
  #rejectHead!: (reason: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #chunks: Uint8Array[] = [];
  #bufferedBytes = 0;
  #hasBody = true;
  #missingBytes = NaN; // Of a body with a Content-Length.
  #hasEnded = false;
  #failure: { readonly reason: unknown } | undefined; // Boxed, since a reason may be `undefined`.
  #change: Promise<void> | undefined;
  #announceChange: (() => void) | undefined;

  /** @param signal not yet aborted */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Sends the request, once, and resolves when the head of the response has arrived. */
  send(dispatcher: Pick<Dispatcher, "dispatch">, request: Dispatcher.DispatchOptions): Promise<ResponseHead> {
    return new Promise((resolve, reject) => {
      this.#resolveHead = resolve;
      this.#rejectHead = reject;
      this.#signal?.addEventListener("abort", this);
      this.#hasBody = request.method !== "HEAD";
      try {
        dispatcher.dispatch(request, this);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** The signal aborts. */
  handleEvent(): void {
    this.#fail(this.#signal?.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const isRepeated = this.#controller !== undefined;
    this.#controller = controller;
    // After a lost connection undici may send a request again by itself. Only the client may: it counts its attempts.
    if (isRepeated)
      this.#fail(
        new errors.SocketError("the connection was lost, or the server rejected the request, before a response"),
      );
    // An abort while the request waited for a connection.
    if (this.#failure) controller.abort(this.#failure.reason as Error);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    fields: Record<string, string | string[] | undefined>,
    statusText = "",
  ): void {
    if (status < 200) return;
    if (this.#hasBody && status !== 204 && status !== 304) this.#missingBytes = Number(fields["content-length"]);
    this.#resolveHead({ status, statusText, headers: toHeaders(fields) });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.byteLength;
    this.#missingBytes -= chunk.byteLength;
    if (this.#bufferedBytes > MAX_BUFFERED_BYTES) controller.pause();
    this.#announceChange?.();
  }

  onResponseEnd(): void {
    // Over HTTP/2, RST_STREAM with NO_ERROR or CANCEL ends a body as if it were whole, which only its length can tell:
    // https://github.com/nodejs/node/issues/35209
    if (this.#missingBytes > 0) this.#fail(new errors.ResponseContentLengthMismatchError());
    else this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      if (this.#failure) throw this.#failure.reason;
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#bufferedBytes -= chunk.byteLength;
        if (this.#bufferedBytes <= MAX_BUFFERED_BYTES) this.#controller?.resume();
        return { done: false, value: chunk };
      }
      if (this.#hasEnded) return { done: true, value: undefined };
      await (this.#change ??= new Promise((resolve) => (this.#announceChange = resolve)));
      this.#change = undefined;
    }
  }

  /** Stops reading. A connection with unread data cannot be used again, so it is closed. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#chunks = [];
    if (!this.#hasEnded && !this.#failure) {
      this.#end();
      this.#controller?.abort(new errors.RequestAbortedError());
    }
    return { done: true, value: undefined };
  }

  #end(): void {
    this.#hasEnded = true;
    this.#settle();
  }

  #fail(reason: unknown): void {
    if (this.#hasEnded || this.#failure) return;
    this.#failure = { reason };
    this.#chunks = [];
    this.#rejectHead(reason); // The reason itself, and at once: undici would wait for a connection, and replace what is falsy.
    this.#settle();
    this.#controller?.abort(reason as Error);
  }

  #settle(): void {
    this.#signal?.removeEventListener("abort", this);
    this.#announceChange?.();
  }
}

function toHeaders(fields: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const name of Object.keys(fields)) {
    const values = fields[name];
    if (typeof values === "string") headers.append(name, values);
    else for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
