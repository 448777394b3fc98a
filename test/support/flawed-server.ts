// A server of the API whose responses a test can change one by one, down to the bytes.
import { createServer as createPlainServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";

/** A request as it arrived. */
export interface FlawedRequest {
  readonly kind: keyof Responses;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How many requests of its kind there have been, itself included. */
  readonly count: number;
}

export interface FlawedResponse {
  readonly status?: number;
  /** Text and bytes as they are, anything else as JSON. */
  readonly body?: unknown;
  /** `null` for none. */
  readonly contentType?: string | null;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly delayMs?: number;
  /** Takes the place of the whole response. */
  readonly raw?: (socket: Socket) => void;
}

type Responder = FlawedResponse | ((request: FlawedRequest) => FlawedResponse);

/** How the server responds to each kind of request. */
export interface Responses {
  readonly token: Responder;
  readonly found: Responder;
  readonly notFound: Responder;
  /** To a token that is not valid. */
  readonly unauthorized: Responder;
}

export const GIVEN_TOKEN = "the-given-token-4711";
export const ISSUED_TOKEN = "the-issued-token-0815";
export const CLIENT_SECRET = "the-secret-of-the-client";
export const ORDER = "order-123";
export const UNKNOWN_ORDER = "no-such-order";

export const FOUND = { messages_read_count: 15 };
export const ERROR = { message: "Resource not found", code: 4000 };
export const TOKEN = {
  access_token: ISSUED_TOKEN,
  token_type: "Bearer",
  expires_in: 86_400,
  scope: "connect:post_checkout",
  created_at: 1_603_897_760,
};

const VALID: Responses = {
  token: { body: TOKEN },
  found: { body: FOUND },
  notFound: { status: 404, body: { error: ERROR } },
  unauthorized: { status: 401, body: { error: { message: "The access token is not valid", code: 401 } } },
};

export interface FlawedServer {
  readonly url: string;
  /** The requests since the last change, oldest first. */
  readonly requests: readonly FlawedRequest[];
  /** Changes what the server is like: valid, but for these responses. */
  become(flaws: Partial<Responses>): void;
  close(): Promise<void>;
}

/** Starts it on a free port, with valid responses. */
export async function startFlawedServer({
  host = "127.0.0.1",
  basePath = "",
  tls,
}: { host?: string; basePath?: string; tls?: { cert: string; key: string } } = {}): Promise<FlawedServer> {
  let responses = VALID;
  let requests: FlawedRequest[] = [];
  const kindOf = (method: string, path: string, authorization = ""): keyof Responses | undefined => {
    if (!path.startsWith(basePath)) return undefined;
    const rest = path.slice(basePath.length);
    if (method === "POST" && rest === "/v2/oauth/token") return "token";
    const [, id] = /^\/v2\/post_checkout\/chat\/([^/]+)\/messages$/.exec(rest) ?? [];
    if (method !== "PUT" || id === undefined) return undefined;
    if (![GIVEN_TOKEN, ISSUED_TOKEN].includes(authorization.replace("Bearer ", ""))) return "unauthorized";
    return id === ORDER ? "found" : "notFound";
  };
  const counts: Partial<Record<keyof Responses, number>> = {};
  const server = (tls ? createTlsServer(tls) : createPlainServer()).on("request", async (incoming, outgoing) => {
    const { method = "", url: path = "", headers, socket } = incoming;
    const body = await text(incoming);
    const kind = kindOf(method, path, headers.authorization);
    if (!kind) return void outgoing.writeHead(404).end("no operation of the API");
    const request = { kind, method, path, headers, body, count: (counts[kind] = (counts[kind] ?? 0) + 1) };
    requests.push(request);
    const responder = responses[kind];
    const response = typeof responder === "function" ? responder(request) : responder;
    if (response.raw) response.raw(socket);
    else if (response.delayMs) setTimeout(send, response.delayMs, outgoing, response);
    else send(outgoing, response);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}${basePath}`,
    get requests() {
      return requests;
    },
    become(flaws) {
      responses = { ...VALID, ...flaws };
      requests = [];
      for (const kind of Object.keys(counts)) delete counts[kind as keyof Responses];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(outgoing: ServerResponse, response: FlawedResponse): void {
  const { status = 200, body, contentType = "application/json", headers = {} } = response;
  const bytes = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  outgoing
    .writeHead(status, { ...(contentType !== null && { "Content-Type": contentType }), ...(headers as object) })
    .end(bytes ? body : JSON.stringify(body));
}
