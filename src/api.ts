import createClient, { type Client } from "openapi-fetch";
import manifest from "../package.json" with { type: "json" };
import type { paths } from "./types.js";

/** openapi-fetch's client of the spec: it builds the requests and hands back the typed results. */
export type Api = Client<paths>;

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
}

export function createApi(baseUrl: string): Api {
  return createClient<paths>({
    baseUrl,
    headers: { Accept: "application/json", "Content-Type": "application/json", ...userAgent() },
    // openapi-fetch only constructs it and reads these parts. A real `Request` would be a second one beside the one that
    // `fetch` makes, and its signal can lose aborts.
    Request: RequestParts as unknown as typeof Request,
  });
}

/** Names this package, but not in a browser, which has its own name, and may ask the server for leave to send another. */
function userAgent(): { "User-Agent"?: string } {
  const { process, navigator, document } = globalThis as {
    process?: { versions?: { node?: string } };
    navigator?: { userAgent?: string };
    document?: unknown;
  };
  const isServer = process?.versions?.node ?? /^(Cloudflare-Workers|Deno|Bun|Node)/.test(navigator?.userAgent ?? "");
  if (!isServer || document !== undefined) return {};
  return { "User-Agent": `${manifest.name}/${manifest.version}` };
}
