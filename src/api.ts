import createClient, { type Client } from "openapi-fetch";
import manifest from "../package.json" with { type: "json" };
import type { paths } from "./types.js";

/** The openapi-fetch client for the spec: it builds the requests and returns the typed results. */
export type Api = Client<paths>;

// What every request has, unless a call says otherwise. Through openapi-fetch they would take a tenth of a call's time.
const STANDARD_HEADERS = { accept: "application/json", "content-type": "application/json" };

/** A request as openapi-fetch builds it, before it is sent. */
export class RequestParts {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;

  constructor(url: string, init: { method: string; headers: Headers; body?: string }) {
    this.url = url;
    this.method = init.method;
    this.headers = init.headers;
    this.body = init.body;
  }

  /** What `fetch` gets for one attempt, in an object of its own. */
  toInit(token: string | undefined, signal: AbortSignal): RequestInit {
    const headers: Record<string, string> = { ...STANDARD_HEADERS, ...userAgent() };
    this.headers.forEach((value, name) => (headers[name] = value)); // Faster than its iterator.
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    const init: RequestInit = { method: this.method, headers, body: this.body ?? null, redirect: "manual", signal };
    if (knowsCache()) init.cache = "no-store";
    return init;
  }
}

export function createApi(baseUrl: string): Api {
  return createClient<paths>({
    baseUrl,
    // openapi-fetch only constructs it and reads these parts. A real `Request` would be a second one beside the one that
    // `fetch` makes, and its signal can lose aborts.
    Request: RequestParts as unknown as typeof Request,
  });
}

/** Names this package, except in a browser, which sends its own name and may need a CORS preflight to send another. */
function userAgent(): { "user-agent"?: string } {
  const { process, navigator, document } = globalThis as {
    process?: { versions?: { node?: string } };
    navigator?: { userAgent?: string };
    document?: unknown;
  };
  const isServer = process?.versions?.node ?? /^(Cloudflare-Workers|Deno|Bun|Node)/.test(navigator?.userAgent ?? "");
  if (!isServer || document !== undefined) return {};
  return { "user-agent": `${manifest.name}/${manifest.version}` };
}

let cacheIsKnown: boolean | undefined;

/** A write and a credential never come from a cache, such as that of Next.js. Old workerd throws on the field. */
function knowsCache(): boolean {
  if (cacheIsKnown === undefined) {
    try {
      new Request("https://localhost", { cache: "no-store" });
      cacheIsKnown = true;
    } catch {
      cacheIsKnown = typeof Request === "undefined"; // Then `fetch` is the caller's own.
    }
  }
  return cacheIsKnown;
}
