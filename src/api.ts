import createClient, { type Client } from "openapi-fetch";
import manifest from "../package.json" with { type: "json" };
import type { FetchInit, paths } from "./types.js";

/** The openapi-fetch client for the spec: it builds the requests and returns the typed results. */
export type Api = Client<paths>;

/** The media type of every body, of requests and of responses. */
export const JSON_TYPE = "application/json";

export function createApi(baseUrl: string): Api {
  return createClient<paths>({
    baseUrl,
    headers: { Accept: JSON_TYPE, "Content-Type": JSON_TYPE, "User-Agent": userAgent() },
    redirect: "manual",
    // A write and a credential never come from a cache, such as that of Next.js.
    ...(knowsCache() && { cache: "no-store" }),
    Request: RequestParts as unknown as typeof Request, // It is only constructed, and passed on to `fetch`.
  });
}

/** The `fetch` option of one openapi-fetch call, as far as openapi-fetch uses it: with these two stand-ins. */
export type FetchSeam = NonNullable<NonNullable<Parameters<Api["PUT"]>[1]>["fetch"]>;

/** What openapi-fetch makes of the settings above and of those of a call. */
interface InitParts extends Omit<FetchInit, "headers" | "signal"> {
  readonly headers: Headers;
}

/**
 * Stands in for the `Request` that openapi-fetch constructs. A real one would be a second request beside the one that
 * `fetch` makes for each attempt, and the signal of a `Request` can lose aborts: https://github.com/nodejs/node/issues/55428
 */
export class RequestParts {
  readonly url: string;
  readonly #init: InitParts;

  constructor(url: string, init: InitParts) {
    this.url = url;
    this.#init = init;
  }

  /** What `fetch` gets for one attempt, in an object of its own. */
  toInit(token: string | undefined, signal: AbortSignal): FetchInit {
    const headers: Record<string, string> = {};
    this.#init.headers.forEach((value, name) => (headers[name] = value)); // Node 20's iterator takes a tenth of a call.
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    // By name, since Node 20 takes long to copy this object by `...`. To `fetch`, a member that is `undefined` is absent.
    const { method, body, redirect, cache } = this.#init;
    return { method, headers, body, redirect, cache, signal } as FetchInit;
  }
}

const WITH_LENGTH = new Headers({ "Content-Length": "1" });

/** Stands in for the `Response` that openapi-fetch reads: the body of the real one has been read and checked already. */
export class CheckedResponse {
  readonly ok = true;
  readonly status = 200;
  /** Of a response with a length, openapi-fetch takes what `json` returns. */
  readonly headers: Headers = WITH_LENGTH;
  readonly json: () => Promise<unknown>;

  constructor(data: unknown) {
    this.json = async () => data;
  }
}

/** Names this package, except in a browser, which sends its own name and may need a CORS preflight to send another. */
function userAgent(): string | undefined {
  const { process, navigator, document } = globalThis as {
    process?: { versions?: { node?: string } };
    navigator?: { userAgent?: string };
    document?: unknown;
  };
  const isServer = process?.versions?.node ?? /^(Cloudflare-Workers|Deno|Bun|Node)/.test(navigator?.userAgent ?? "");
  return isServer && document === undefined ? `${manifest.name}/${manifest.version}` : undefined;
}

/** Workers before 2024-11-11 throw on the field: https://developers.cloudflare.com/workers/configuration/compatibility-flags/ */
function knowsCache(): boolean {
  try {
    new Request("https://localhost", { cache: "no-store" });
    return true;
  } catch {
    return typeof Request === "undefined"; // Then `fetch` is the caller's own.
  }
}
