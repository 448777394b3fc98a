// A server of the API for the command `contract`, whose responses a test can change one by one, down to the bytes.
import type { Socket } from "node:net";
import { startApiServer, type ReceivedRequest, type ScriptedResponse, type Responder } from "./api-server.js";

/** A request as it arrived. */
export interface FlawedRequest extends ReceivedRequest {
  readonly kind: keyof Responses;
  /** How many requests of its kind there have been, itself included. */
  readonly count: number;
}

export interface FlawedResponse extends ScriptedResponse {
  /** `null` for none. */
  readonly contentType?: string | null;
  /** Takes the place of the whole response. */
  readonly raw?: (socket: Socket) => void;
}

/** How the server responds to each kind of request. */
export type Responses = Readonly<
  // `unauthorized` is the response to a token that is not valid.
  Record<"token" | "found" | "notFound" | "unauthorized", FlawedResponse | ((request: FlawedRequest) => FlawedResponse)>
>;

export const GIVEN_TOKEN = "the-given-token-4711";
export const ISSUED_TOKEN = "the-issued-token-0815";
export const CLIENT_SECRET = "the-secret-of-the-client";
export const ORDER = "order-123";
export const UNKNOWN_ORDER = "no-such-order";
/** What tells the command to check both. */
export const ORDERS = ["--order", ORDER, "--unknown-order", UNKNOWN_ORDER];

export const FOUND = { messages_read_count: 15 };
export const ERROR = { message: "Resource not found", code: 4000 };
export const TOKEN = {
  ...{ access_token: ISSUED_TOKEN, token_type: "Bearer", expires_in: 86_400 },
  ...{ scope: "connect:post_checkout", created_at: 1_603_897_760 },
};

const VALID: Responses = {
  token: { body: TOKEN },
  found: { body: FOUND },
  notFound: { status: 404, body: { error: ERROR } },
  unauthorized: { status: 401, body: { error: { message: "The access token is not valid", code: 401 } } },
};

export type FlawedServer = Awaited<ReturnType<typeof startFlawedServer>>;

/** Starts it on a free port, with valid responses. */
export async function startFlawedServer(options: { host?: string; tls?: { cert: string; key: string } } = {}) {
  let responses = VALID;
  let requests: FlawedRequest[] = [];
  const respond: Responder = (received, outgoing) => {
    const kind = kindOf(received);
    const request = { ...received, kind, count: 1 + requests.filter((one) => one.kind === kind).length };
    requests.push(request);
    const responder = responses[kind];
    const response = typeof responder === "function" ? responder(request) : responder;
    const { raw, contentType = "application/json", headers } = response;
    if (!raw) return { ...response, headers: { "Content-Type": contentType, ...headers } };
    if (outgoing.socket) raw(outgoing.socket);
    return undefined;
  };
  const server = await startApiServer({ generateAccessToken: respond, markMessagesAsRead: respond }, options);
  return {
    url: server.url,
    close: server.close,
    /** The requests since the last change, oldest first. */
    requests: (): readonly FlawedRequest[] => requests,
    /** Changes what the server is like: valid, but for these responses. */
    become(flaws: Partial<Responses>) {
      responses = { ...VALID, ...flaws };
      requests = [];
    },
  };
}

function kindOf({ operationId, token = "", params }: ReceivedRequest): keyof Responses {
  if (operationId === "generateAccessToken") return "token";
  if (![GIVEN_TOKEN, ISSUED_TOKEN].includes(token)) return "unauthorized";
  return params["order_id"] === ORDER ? "found" : "notFound";
}
