// A well-behaved HTTP server for the documented operations, which responds as the test says. What breaks HTTP itself is in
// fault-server.ts.
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { documentedSuccess, operations } from "./spec.js";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A response; 200 without a body by default. */
export interface ScriptedResponse {
  readonly status?: number;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** A response with a body is `application/json` unless these say otherwise. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

/** The responses to an operation's requests, in turn, of which the last one is repeated; or one made from the request. */
export type Script = readonly ScriptedResponse[] | ((request: ReceivedRequest) => ScriptedResponse);

export interface ApiServer {
  readonly url: string;
  /** The requests that have arrived, oldest first. */
  readonly requests: ReceivedRequest[];
  close(): Promise<void>;
}

const PATTERNS = operations().map(({ operationId, method, path }) => ({
  operationId,
  method,
  // A base path may come before it.
  path: new RegExp(`${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")}(\\?.*)?$`),
}));

/**
 * Starts a server on a free port. An operation without a script responds with its first documented success; any other
 * request gets a 404 without a body.
 *
 * @param scripts by `operationId`
 * @param tls makes it an https server
 */
export async function startApiServer(
  scripts: Readonly<Record<string, Script>> = {},
  tls?: { readonly cert: string; readonly key: string },
): Promise<ApiServer> {
  const requests: ReceivedRequest[] = [];
  const counts: Record<string, number> = {};
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = await receive(incoming);
    requests.push(request);
    send(outgoing, responseTo(request));
  };
  const responseTo = (request: ReceivedRequest): ScriptedResponse => {
    const { operationId } =
      PATTERNS.find(({ method, path }) => method === request.method && path.test(request.path)) ?? {};
    if (operationId === undefined) return { status: 404 };
    const script = scripts[operationId] ?? [documentedSuccess(operationId)];
    if (typeof script === "function") return script(request);
    const count = (counts[operationId] = (counts[operationId] ?? 0) + 1);
    return script[Math.min(count, script.length) - 1] ?? { status: 404 };
  };

  const server = tls ? createTlsServer(tls, respond) : createPlainServer(respond);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(incoming: IncomingMessage): Promise<ReceivedRequest> {
  let body = "";
  for await (const chunk of incoming) body += String(chunk);
  const { method = "", url: path = "" } = incoming;
  // Only `set-cookie`, which no client sends, is ever a list.
  const headers = incoming.headers as Record<string, string>;
  return { method, path, headers, body };
}

function send(outgoing: ServerResponse, { status = 200, body, headers = {}, delayMs = 0 }: ScriptedResponse): void {
  if (delayMs > 0) {
    setTimeout(send, delayMs, outgoing, { status, body, headers });
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  outgoing.statusCode = status;
  if (body !== undefined) outgoing.setHeader("Content-Type", "application/json");
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
  outgoing.end(text);
}
