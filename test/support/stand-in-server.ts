import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer: its status, its body (text as it is, anything else as JSON) and its content type. */
export interface StandInAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** What to answer to a request for the order, for another one, and with another token. */
export interface StandInAnswers {
  readonly found: StandInAnswer;
  readonly notFound: StandInAnswer;
  readonly unauthorized: StandInAnswer;
}

export const TARGET = { accessToken: "the-right-token", orderId: "order-123", unknownOrderId: "no-such-order" };

const RIGHT: StandInAnswers = {
  found: { body: { messages_read_count: 15 } },
  notFound: { status: 404, body: { error: { message: "Resource not found", code: 4000 } } },
  unauthorized: { status: 401, body: { error: { message: "The access token is not valid", code: 401 } } },
};

/** Starts a server that follows the endpoint's documentation page, except for the flaws that it is given. */
export async function startStandIn(flaws: Partial<StandInAnswers> = {}): Promise<{
  url: string;
  close: () => Promise<void>;
}> {
  const answers = { ...RIGHT, ...flaws };
  const server = createServer((request, response) => {
    request.resume();
    const [, id] = /^\/v2\/post_checkout\/chat\/([^/]+)\/messages$/.exec(request.url ?? "") ?? [];
    if (request.method !== "PUT" || id === undefined) return send(response, { status: 404 });
    if (request.headers.authorization !== `Bearer ${TARGET.accessToken}`) return send(response, answers.unauthorized);
    send(response, id === TARGET.orderId ? answers.found : answers.notFound);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: StandInAnswer): void {
  const { status = 200, body, contentType = "application/json", headers = {} } = answer;
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { ...(contentType && { "Content-Type": contentType }), ...headers }).end(text);
}
