import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that marks orders for real: the first request for an order counts one message, later ones none. */
export interface MarkingServer {
  readonly port: number;
  readonly url: string;
  /** How many requests arrived. */
  requests: number;
  /** The orders whose messages are marked. */
  readonly marked: ReadonlySet<string>;
  /** How a request for an order is treated after the work is done; by default it gets its response. */
  respond: (response: ServerResponse, body: string, request: IncomingMessage) => void;
  close(): Promise<void>;
}

export async function startMarkingServer(): Promise<MarkingServer> {
  const marked = new Set<string>();
  const server = createServer((request, response) => {
    marking.requests += 1;
    request.resume();
    const orderId = /^\/v2\/post_checkout\/chat\/([^/]+)\/messages$/.exec(request.url ?? "")?.[1];
    response.setHeader("Content-Type", "application/json");
    if (orderId === undefined)
      return response.end('{"access_token":"a-token","token_type":"Bearer","expires_in":86400,"created_at":0}');
    const body = JSON.stringify({ messages_read_count: marked.has(orderId) ? 0 : 1 });
    marked.add(orderId);
    return marking.respond(response, body, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const marking: MarkingServer = {
    port,
    url: `http://127.0.0.1:${port}`,
    requests: 0,
    marked,
    respond: (response, body) => response.end(body),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return marking;
}
