/**
 * Stands in for `Request` where openapi-fetch builds one. It keeps what `fetch` takes, so that each attempt can hand it
 * over anew. A real `Request` would be built a second time inside `fetch`, and loses aborts when it is
 * garbage-collected while the call is under way.
 */
export class PlainRequest {
  readonly url: string;
  readonly init: RequestInit;

  constructor(url: string, init: RequestInit) {
    this.url = url;
    this.init = init;
  }
}
