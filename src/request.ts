import { createFinalURL, type Client, type ClientPathsWithMethod, type MaybeOptionalInit } from "openapi-fetch";
import type { paths } from "./types.js";

/** What is sent, but for the token, which is an attempt's own. */
export interface PlainRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const JSON_TYPE = "application/json";

/**
 * Builds the request of an operation: openapi-fetch types it by the description, and makes its URL. openapi-fetch's
 * client would also send it and read the answer, which is to be done here, within time limits and retries; without that
 * client the bundle is a quarter smaller. An operation with a query does not compile, since none has one yet.
 */
export function buildRequest<
  Method extends HttpMethod,
  Path extends ClientPathsWithMethod<Client<paths>, Lowercase<Method>> & string,
>(
  method: Method,
  path: Path,
  baseUrl: string,
  init: Sent<NonNullable<MaybeOptionalInit<paths[Path], Lowercase<Method>>>>,
): PlainRequest {
  const { params = {}, body } = init as AnyInit;
  return {
    url: createFinalURL(path, { baseUrl, params, querySerializer: () => "", pathSerializer }),
    method,
    headers: headersWith(params.header),
    body: JSON.stringify(body),
  };
}

/** Of what openapi-fetch takes, that which gets into the request here. */
type Sent<Init> = Pick<Init, keyof Init & ("params" | "body")> & { params?: { query?: undefined } };

type HttpMethod = Uppercase<Parameters<Client<paths>["request"]>[0]>;

/** What the types of all operations have in common. */
interface AnyInit {
  readonly params?: { path?: Record<string, unknown>; header?: Record<string, unknown> };
  readonly body?: unknown;
}

// openapi-fetch's own would write lists and objects, too, which no parameter of the API is.
function pathSerializer(path: string, values: Record<string, unknown>): string {
  let serialized = path;
  for (const name in values) serialized = serialized.replace(`{${name}}`, encodeURIComponent(String(values[name])));
  return serialized;
}

/** The headers of every request, and those that an operation has besides, as far as they are given. */
function headersWith(header: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  const headers: Record<string, string> = { Accept: JSON_TYPE, "Content-Type": JSON_TYPE };
  for (const name of Object.keys(header)) if (header[name] !== undefined) headers[name] = String(header[name]);
  return headers;
}

/** What `fetch` takes for one attempt. */
export function initFor(request: PlainRequest, token: string | undefined, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { ...request.headers };
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  const body = request.body as BodyInit; // The types allow it to be absent, but not `undefined`, which is the same here.
  return { method: request.method, headers, body, redirect: "manual", signal };
}
