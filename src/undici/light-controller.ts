/**
 * What this folder needs of an `AbortController` and of its signal, in one object: a real signal takes Node 20 a tenth of
 * a call. It has one listener, which is the request.
 */
export class LightController {
  readonly signal = this;
  aborted = false;
  reason: unknown;
  #listener: { handleEvent(): void } | undefined;

  addEventListener(_type: "abort", listener: { handleEvent(): void }): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }

  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    this.#listener?.handleEvent();
  }
}
