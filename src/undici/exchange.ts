import { errors, type Dispatcher } from "undici";

type ResponseHead = Pick<Response, "status" | "statusText" | "headers">;
type Controller = Dispatcher.DispatchController;
type Fields = Record<string, string | string[] | undefined>;
type Outcome = "complete" | { readonly reason: unknown };

// What may arrive before anyone reads it. Beyond that, undici stops reading from the socket.
const MAX_BUFFERED_BYTES = 64 * 1024;

const LOST_BEFORE_RESPONSE = "the connection was lost, or the server rejected the request, before a response";
const DONE = { done: true, value: undefined } as const;

/**
 * One request and its response. undici calls it, and the body is read from it. The end of the response, a failure, an
 * abort or the reader's `return` ends the exchange, whichever comes first.
 */
export class Exchange implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array> {
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);
  #controller: Controller | undefined;
  #head: ResponseHead | undefined;
  #chunks: Uint8Array[] = [];
  #bufferedBytes = 0;
  #hasBody = true;
  #missingBytes = NaN; // Of a body with a Content-Length.
  #outcome: Outcome | undefined;
  #change: Promise<void> | undefined;
  #announceChange: (() => void) | undefined;

  /** @param signal not yet aborted */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Sends the request, once, and resolves when the head of the response has arrived. */
  async send(dispatcher: Pick<Dispatcher, "dispatch">, request: Dispatcher.DispatchOptions): Promise<ResponseHead> {
    this.#signal?.addEventListener("abort", this.#onAbort);
    this.#hasBody = request.method !== "HEAD";
    try {
      dispatcher.dispatch(request, this);
    } catch (error) {
      this.#fail(error);
    }
    while (!this.#head) await this.#nextChange();
    return this.#head;
  }

  onRequestStart(controller: Controller): void {
    // After a lost connection undici may send a request again by itself. Only the client may: it counts its attempts.
    if (this.#controller) this.#fail(new errors.SocketError(LOST_BEFORE_RESPONSE));
    this.#controller = controller;
    // It may also have been aborted while it waited for a connection.
    if (typeof this.#outcome === "object") controller.abort(this.#outcome.reason as Error);
  }

  onResponseStart(_: Controller, status: number, fields: Fields, statusText = ""): void {
    if (status < 200) return;
    if (this.#hasBody && status !== 204 && status !== 304) this.#missingBytes = Number(fields["content-length"]);
    this.#head = { status, statusText, headers: toHeaders(fields) };
    this.#announceChange?.();
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
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
    else this.#end("complete");
  }

  onResponseError(_: Controller, error: Error): void {
    this.#fail(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (this.#chunks.length === 0 || typeof this.#outcome === "object") {
      if (this.#outcome === "complete") return DONE;
      await this.#nextChange();
    }
    const chunk = this.#chunks.shift() as Uint8Array; // There is one.
    this.#bufferedBytes -= chunk.byteLength;
    if (this.#bufferedBytes <= MAX_BUFFERED_BYTES) this.#controller?.resume();
    return { done: false, value: chunk };
  }

  /** Stops reading. A connection with unread data cannot be used again, so it is closed. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#chunks = [];
    if (this.#end("complete")) this.#controller?.abort(new errors.RequestAbortedError());
    return DONE;
  }

  /** Waits until something arrives, or the exchange ends. @throws the reason of a failure */
  async #nextChange(): Promise<void> {
    if (typeof this.#outcome === "object") throw this.#outcome.reason;
    await (this.#change ??= new Promise((resolve) => (this.#announceChange = resolve)));
    this.#change = undefined;
  }

  /** The reader gets the reason itself, and at once: undici would wait for a connection, and replace what is falsy. */
  #fail(reason: unknown): void {
    if (this.#end({ reason })) this.#controller?.abort(reason as Error);
  }

  /** @returns whether this ended it */
  #end(outcome: Outcome): boolean {
    if (this.#outcome) return false;
    this.#outcome = outcome;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#announceChange?.();
    return true;
  }
}

function toHeaders(fields: Fields): Headers {
  const headers = new Headers();
  for (const [name, value = []] of Object.entries(fields))
    for (const text of typeof value === "string" ? [value] : value) headers.append(name, text);
  return headers;
}
